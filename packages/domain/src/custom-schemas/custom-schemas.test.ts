import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { givenSchemas, payroll, PAYROLL_URN } from './custom-schema-testing.ts';
import { MOST_SCHEMAS } from './define-schema.ts';
import { listSchemas } from './list-schemas.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const BANK = {
  name: 'bank',
  type: 'complex',
  subAttributes: [
    { name: 'iban', type: 'string' },
    { name: 'bic', type: 'string' },
  ],
};

describe('defining a schema', () => {
  test('puts it among the settings that requests are judged by, under a new version, with an audit event', async () => {
    const world = await givenSchemas(database.db);
    const before = await world.settingsVersion();
    const defined = await world.define(payroll('number', BANK));
    expect(await world.inForce()).toEqual([defined]);
    expect(defined).toMatchObject({ resourceType: 'User', schema: { id: PAYROLL_URN, name: 'Payroll' } });
    expect(await world.settingsVersion()).toBe(before + 1);
    expect(await world.events()).toEqual(['custom_schema.defined']);
  });

  test('another account sees nothing of it and can have the same URN', async () => {
    const [one, other] = [await givenSchemas(database.db), await givenSchemas(database.db)];
    await one.define(payroll('number'));
    expect(await other.inForce()).toEqual([]);
    await other.define(payroll('grade'), 'Group');
    expect(await one.inForce()).toMatchObject([{ resourceType: 'User' }]);
  });

  test.each([
    PAYROLL_URN.toUpperCase(),
    `${PAYROLL_URN}:number`,
    `${PAYROLL_URN}.number`,
    'urn:example:scim',
  ])('%s is refused beside a schema with which its paths could be mistaken', async (id) => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    await expect(world.define({ ...payroll('a'), id })).rejects.toMatchObject({ reason: 'schema_urn_taken' });
    expect(await world.inForce()).toHaveLength(1);
  });

  test(`an account has at most ${MOST_SCHEMAS} of them`, async () => {
    const world = await givenSchemas(database.db);
    for (let number = 0; number < MOST_SCHEMAS; number += 1) {
      await world.define({ ...payroll('a'), id: `urn:example:s${number}` });
    }
    await expect(world.define(payroll('a'))).rejects.toMatchObject({ reason: 'too_many_schemas' });
  });

  test('two at once with one URN: one is defined, the other refused', async () => {
    const world = await givenSchemas(database.db);
    const outcomes = await Promise.allSettled([world.define(payroll('a')), world.define(payroll('b'))]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await world.inForce()).toHaveLength(1);
  });
});

describe('changing a schema', () => {
  test('adding, loosening and rewording touch no stored value', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll({ name: 'grade', type: 'integer', required: true }, BANK));
    const ana = await world.personWith('ana', { grade: 7, bank: { iban: 'NO93' } });
    const wider = payroll({ name: 'grade', type: 'decimal', description: 'Pay.' }, BANK, 'site');
    expect(await world.change(wider)).toMatchObject({
      added: ['site'],
      changed: ['grade'],
      removed: [],
      impossible: [],
    });
    expect(await world.inForce()).toMatchObject([
      { schema: { attributes: [{ name: 'grade', type: 'decimal' }, { name: 'bank' }, { name: 'site' }] } },
    ]);
    expect(await world.valuesOf(ana)).toEqual({ values: { grade: 7, bank: { iban: 'NO93' } }, version: 1 });
    expect(await world.events()).toEqual(['custom_schema.defined', 'custom_schema.changed']);
  });

  test('the same schema again changes nothing and records nothing', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    const before = await world.settingsVersion();
    await world.change({ ...payroll('number'), id: PAYROLL_URN.toUpperCase() });
    expect(await world.settingsVersion()).toBe(before);
    expect(await world.events()).toEqual(['custom_schema.defined']);
  });

  test.each([
    ['another type', payroll({ name: 'number', type: 'integer' }), 'cannot turn from string into integer'],
    ['a list', payroll({ name: 'number', type: 'string', multiValued: true }), 'from one value into a list'],
    ['another spelling', payroll('Number'), 'keep that spelling'],
  ])('%s is refused whole, and what to do instead is said', async (_, document, why) => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    const preview = await world.previewChange(document);
    expect(preview.impossible.join()).toContain(why);
    const attempt = world.change(document, true);
    await expect(attempt).rejects.toMatchObject({ reason: 'schema_change_impossible' });
    await expect(attempt).rejects.toThrow(why);
  });

  test('an attribute becomes required only when whoever has values of the schema has that one', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number', BANK));
    const ana = await world.personWith('ana', { bank: { bic: 'DNB' } });
    await world.personWith('bo', { number: '8', bank: { iban: 'SE12' } });
    const needsNumber = payroll({ name: 'number', type: 'string', required: true }, BANK);
    await expect(world.change(needsNumber)).rejects.toThrow('1 user with values of this schema has none');
    const iban = { name: 'iban', type: 'string', required: true };
    const needsIban = payroll('number', { ...BANK, subAttributes: [iban, { name: 'bic', type: 'string' }] });
    await expect(world.change(needsIban)).rejects.toThrow('"bank.iban" cannot be required');
    await world.idp.patch(ana, { attributes: { [PAYROLL_URN]: { number: '7', bank: { iban: 'NO93' } } } });
    await world.change(needsNumber);
    await world.change(needsIban);
  });

  test('an attribute goes with its values only when that is confirmed, and then nobody sees them', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number', 'site', BANK));
    const ana = await world.personWith('ana', { number: '7', site: 'Oslo' });
    const bo = await world.personWith('bo', { bank: { iban: 'SE12', bic: 'X' } });
    const cy = await world.personWith('cy', { bank: { bic: 'X' } });
    const smaller = payroll('number', { ...BANK, subAttributes: [{ name: 'iban', type: 'string' }] });
    const removed = [
      { attribute: 'site', withValues: 1 },
      { attribute: 'bank.bic', withValues: 2 },
    ];
    expect(await world.previewChange(smaller)).toMatchObject({ removed, impossible: [] });
    const attempt = world.change(smaller);
    await expect(attempt).rejects.toMatchObject({ reason: 'schema_has_values' });
    await expect(attempt).rejects.toThrow('"site" of 1 user, "bank.bic" of 2 users');
    expect(await world.change(smaller, true)).toMatchObject({ removed });
    expect(await world.finish(PAYROLL_URN)).toBe(3);
    expect(await world.valuesOf(ana)).toEqual({ values: { number: '7' }, version: 2 });
    expect(await world.valuesOf(bo)).toEqual({ values: { bank: { iban: 'SE12' } }, version: 2 });
    expect(await world.valuesOf(cy)).toEqual({ values: undefined, version: 2 });
    expect(await world.finish(PAYROLL_URN)).toBe(0);
  });

  test('a required attribute cannot be emptied by the removal of its parts', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll({ ...BANK, required: true }));
    const iban = { name: 'iban', type: 'string' };
    const smaller = payroll({ ...BANK, required: true, subAttributes: [iban] });
    await expect(world.change(smaller, true)).rejects.toThrow('could be left with nothing');
    await world.change(
      payroll({ ...BANK, required: true, subAttributes: [{ ...iban, required: true }] }),
      true,
    );
  });

  test('the name of a removed attribute is free again only when its values are gone', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number', 'site'));
    const ana = await world.personWith('ana', { number: '7', site: 'Oslo' });
    await world.change(payroll('number'), true);
    const anew = payroll('number', { name: 'site', type: 'integer' });
    await expect(world.change(anew)).rejects.toThrow('still being deleted');
    await world.finish(PAYROLL_URN);
    await world.change(anew);
    expect((await world.valuesOf(ana)).values).toEqual({ number: '7' });
  });

  test('a schema that the account does not have is not found, also one of another account', async () => {
    const [one, other] = [await givenSchemas(database.db), await givenSchemas(database.db)];
    await one.define(payroll('number'));
    await expect(other.change(payroll('number', 'a'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.remove(PAYROLL_URN)).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.previewRemoval(PAYROLL_URN)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('removing a schema', () => {
  test('needs a confirmation when there are values, and says how many', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    await world.personWith('ana', { number: '7' });
    await world.personWith('bo', { number: '8' });
    expect(await world.previewRemoval(PAYROLL_URN.toUpperCase())).toEqual({
      urn: PAYROLL_URN,
      resourceType: 'User',
      withValues: 2,
    });
    const attempt = world.remove(PAYROLL_URN);
    await expect(attempt).rejects.toMatchObject({ reason: 'schema_has_values' });
    await expect(attempt).rejects.toThrow('2 users');
    expect(await world.inForce()).toHaveLength(1);
  });

  test('hides it at once, keeps its URN until the values are gone, and leaves other values alone', async () => {
    const world = await givenSchemas(database.db);
    const other = 'urn:example:scim:Other';
    await world.define(payroll('number'));
    await world.define({ ...payroll('a'), id: other });
    const ana = await world.personWith('ana', { number: '7' });
    const bo = await world.personWith('bo', { a: 'x' }, other);
    await world.remove(PAYROLL_URN, true);
    expect((await world.inForce()).map(({ schema }) => schema.id)).toEqual([other]);
    await expect(world.define(payroll('number'))).rejects.toThrow('was removed');
    await expect(world.change(payroll('number'))).rejects.toMatchObject({ reason: 'schema_urn_taken' });
    expect(await world.finish(PAYROLL_URN)).toBe(1);
    expect(await world.valuesOf(ana)).toEqual({ values: undefined, version: 2 });
    expect(await world.valuesOf(bo, other)).toEqual({ values: { a: 'x' }, version: 1 });
    expect(await listSchemas(world.db, world.accountId)).toHaveLength(1);
    await world.define(payroll('number'));
    expect(await world.events()).toEqual([
      'custom_schema.defined',
      'custom_schema.defined',
      'custom_schema.removed',
      'custom_schema.values_deleted',
      'custom_schema.defined',
    ]);
  });

  test('that was interrupted is finished by the next one, for everybody exactly once', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    const people = [
      await world.personWith('ana', { number: '7' }),
      await world.personWith('bo', { number: '8' }),
    ];
    await world.remove(PAYROLL_URN, true);
    const [one, two] = await Promise.all([world.finish(PAYROLL_URN), world.finish(PAYROLL_URN)]);
    expect(one + two).toBe(2);
    await expect(world.remove(PAYROLL_URN)).rejects.toMatchObject({ code: 'not_found' });
    for (const id of people) expect(await world.valuesOf(id)).toEqual({ values: undefined, version: 2 });
  });

  test('begun before and not finished, it can be asked for again and is told what is left', async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    await world.personWith('ana', { number: '7' });
    await world.remove(PAYROLL_URN, true);
    expect(await world.remove(PAYROLL_URN)).toMatchObject({ withValues: 1 });
    expect(await world.events()).toEqual(['custom_schema.defined', 'custom_schema.removed']);
  });

  test('walks more people than one transaction takes', { timeout: 60_000 }, async () => {
    const world = await givenSchemas(database.db);
    await world.define(payroll('number'));
    await world.personWith('ana', { number: '7' });
    await sql`
      insert into users (account_id, id, state, license_type, license_source, user_name, attributes, created_at, updated_at)
      select ${world.accountId}, gen_random_uuid(), 'active', 'developer', 'default', 'many-' || number,
        ${JSON.stringify({ [PAYROLL_URN]: { number: '1' } })}::jsonb, now(), now()
      from generate_series(1, 2500) as number`.execute(world.db);
    await world.remove(PAYROLL_URN, true);
    expect(await world.finish(PAYROLL_URN)).toBe(2_501);
    expect(await world.events()).toEqual([
      'custom_schema.defined',
      'custom_schema.removed',
      'custom_schema.values_deleted',
      'custom_schema.values_deleted',
      'custom_schema.values_deleted',
    ]);
  });
});
