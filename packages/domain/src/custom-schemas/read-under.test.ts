import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { SettingsChangedError } from '../errors.ts';
import { changeGroup } from '../groups/change-group.ts';
import { createGroup } from '../groups/create-group.ts';
import { operatorCaller } from '../admins/caller.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { scimActor } from '../testing/accounts.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { provisionUsers } from '../users/provision-users.ts';
import { givenSchemas, payroll, PAYROLL_URN, type SchemaWorld } from './custom-schema-testing.ts';
import { removeSchema } from './remove-schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const ATTRIBUTES = { [PAYROLL_URN]: { number: '7' } };

/** A world whose schema was removed after `readUnder` was read. */
async function givenRemovedSchema(): Promise<SchemaWorld & { readUnder: SchemaSettings }> {
  const world = await givenSchemas(database.db);
  await world.define(payroll('number'));
  const readUnder = await readAccountSettings(world.db, world.accountId);
  await world.remove(PAYROLL_URN);
  return { ...world, readUnder };
}

type SchemaSettings = Awaited<ReturnType<typeof readAccountSettings>>;

async function storedValues({ db, accountId }: SchemaWorld): Promise<string> {
  const users = await db
    .selectFrom('users')
    .select('attributes')
    .where('account_id', '=', accountId)
    .execute();
  const groups = await db
    .selectFrom('groups')
    .select('attributes')
    .where('account_id', '=', accountId)
    .execute();
  return JSON.stringify([users, groups]);
}

describe('a write that was read by schemas that are no longer in force', () => {
  test('creates and changes no person', async () => {
    const { idp, readUnder, ...world } = await givenRemovedSchema();
    const { id } = await idp.post({ userName: 'bo@acme.example' });
    const read = { attributes: ATTRIBUTES, readUnder };
    await expect(idp.post({ userName: 'ana@acme.example', ...read })).rejects.toThrow(SettingsChangedError);
    await expect(idp.put(id, { userName: 'bo@acme.example', ...read })).rejects.toThrow(SettingsChangedError);
    await expect(idp.patch(id, read)).rejects.toThrow(SettingsChangedError);
    expect(await storedValues({ idp, ...world })).not.toContain(PAYROLL_URN);
  });

  test('of several creations at once is left for a request of its own', async () => {
    const { db, accountId, readUnder } = await givenRemovedSchema();
    const input = {
      externalId: null,
      active: true,
      licenseType: undefined,
      namesAddress: true,
      attributes: ATTRIBUTES,
      readUnder,
    };
    const inputs = ['ana', 'bo'].map((name) => ({ ...input, userName: `${name}@acme.example` }));
    const write = inTransaction(db, (trx) => provisionUsers(trx, scimActor(), accountId, inputs, new Date()));
    expect(await write).toEqual(['alone', 'alone']);
  });

  test('creates and changes no group', async () => {
    const { readUnder, ...world } = await givenRemovedSchema();
    const { db, accountId } = world;
    const group = { displayName: 'Data', externalId: null, memberIds: [] };
    const { id } = await inTransaction(db, (trx) =>
      createGroup(trx, scimActor(), accountId, group, new Date()),
    );
    const other = { ...group, displayName: 'Other', attributes: ATTRIBUTES, readUnder };
    const creation = inTransaction(db, (trx) => createGroup(trx, scimActor(), accountId, other, new Date()));
    await expect(creation).rejects.toThrow(SettingsChangedError);
    const changes = [{ kind: 'changeAttributes', next: () => ATTRIBUTES }] as const;
    const request = { changes, scimBaseUrl: 'https://scim.example.com', readUnder };
    const change = inTransaction(db, (trx) =>
      changeGroup(trx, scimActor(), accountId, id, request, new Date()),
    );
    await expect(change).rejects.toThrow(SettingsChangedError);
    expect(await storedValues(world)).not.toContain(PAYROLL_URN);
  });

  test('is refused also when the change commits while it waits', async () => {
    const world = await givenSchemas(database.db);
    const { db, accountId, idp } = world;
    await world.define(payroll('number'));
    const readUnder = await readAccountSettings(db, accountId);
    const removing = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const removal = inTransaction(db, async (trx) => {
      const removed = { urn: PAYROLL_URN, deleteValues: false };
      await removeSchema(trx, { kind: 'operator', name: 'test' }, accountId, removed, new Date());
      removing.resolve();
      await release.promise;
    });
    await removing.promise;
    const write = idp.post({ userName: 'ana@acme.example', attributes: ATTRIBUTES, readUnder });
    release.resolve();
    const [outcome] = await Promise.allSettled([write, removal]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: new SettingsChangedError() });
    expect(await storedValues(world)).not.toContain(PAYROLL_URN);
  });
});

test('another setting that changed meanwhile holds no write back', async () => {
  const world = await givenSchemas(database.db);
  const { db, accountId, idp } = world;
  await world.define(payroll('number'));
  const readUnder = await readAccountSettings(db, accountId);
  await inTransaction(db, (trx) =>
    updateScimConfiguration(
      trx,
      operatorCaller({ kind: 'operator', name: 'test' }),
      accountId,
      { allowManualUpdates: true },
      new Date(),
    ),
  );
  expect(await world.settingsVersion()).toBeGreaterThan(readUnder.version);
  const ana = await idp.post({ userName: 'ana@acme.example', attributes: ATTRIBUTES, readUnder });
  expect(ana.attributes).toMatchObject(ATTRIBUTES);
});
