import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import { testDatabase, type TestDatabase } from '@rollcall/domain/testing/database';
import { provisionUser } from '@rollcall/domain/users/provision-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rollcall, rollcall } from './rollcall.ts';

const URN = 'urn:example:scim:Payroll';

let database: TestDatabase;
let run: Rollcall;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  run = rollcall({ DATABASE_URL: database.url });
  folder = await mkdtemp(join(tmpdir(), 'rollcall-schemas-'));
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A file with a schema of these attributes, each a string unless its characteristics are given. */
async function schemaFile(name: string, ...attributes: readonly (string | object)[]): Promise<string> {
  const document = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: URN,
    name: 'Payroll',
    description: 'What payroll knows.',
    attributes: attributes.map((each) => (typeof each === 'string' ? { name: each, type: 'string' } : each)),
    meta: { resourceType: 'Schema' },
  };
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify(document));
  return path;
}

/** A file of exactly this text. */
async function textFile(text: string): Promise<string> {
  const path = join(folder, 'text.json');
  await writeFile(path, text);
  return path;
}

async function givenAccount(slug: string): Promise<void> {
  await run.json(`account create ${slug} --verified-domain acme.example --sso okta --enable-scim`);
}

async function givenPerson(slug: string, values: Record<string, string>): Promise<void> {
  const account = await findAccount(database.db, slug);
  if (account === undefined) throw new Error(`There is no account ${slug}.`);
  const person = {
    userName: 'ana@acme.example',
    externalId: null,
    active: true,
    attributes: { [URN]: values },
    licenseType: undefined,
    namesAddress: true,
  };
  const actor = { kind: 'operator', name: 'test' } as const;
  await inTransaction(database.db, (trx) => provisionUser(trx, actor, account.id, person, new Date()));
}

describe('a schema of an account', () => {
  test('is defined out of a file, listed, shown, and defined elsewhere from what was shown', async () => {
    await givenAccount('one');
    await givenAccount('two');
    const bank = { name: 'bank', type: 'complex', subAttributes: [{ name: 'iban', type: 'string' }] };
    const file = await schemaFile('define', 'number', bank);
    const defined = await run('schema define one --file', file);
    expect(defined).toMatchObject({ exitCode: 0, stderr: '' });
    expect(defined.stdout).toContain(`${URN} extends User now`);
    expect(await run.json('schema list one')).toMatchObject({
      schemas: [{ urn: URN, resourceType: 'User', attributes: 2, version: 1, state: 'in force' }],
    });
    expect((await run(`schema show one ${URN}`)).stdout).toContain('bank.iban');
    const shown = join(folder, 'shown.json');
    await writeFile(shown, (await run(`schema show one ${URN.toUpperCase()} --json`)).stdout);
    expect(await run.json('schema define two --resource-type Group --file', shown)).toMatchObject({
      resourceType: 'Group',
      schema: { id: URN },
    });
    expect(await run.json(`schema show two ${URN}`)).toEqual(await run.json(`schema show one ${URN}`));
  });

  test('is changed after a look at what would happen, and loses values only when that is confirmed', async () => {
    await givenAccount('changing');
    await run('schema define changing --file', await schemaFile('before', 'number', 'site'));
    await givenPerson('changing', { number: '7', site: 'Oslo' });
    const after = await schemaFile('after', 'number', 'grade');
    expect((await run('schema change changing --preview --file', after)).stdout).toBe(
      'grade would be added\nsite would be removed, with the values of 1 user\n',
    );
    expect(await run.json('schema list changing')).toMatchObject({ schemas: [{ version: 1 }] });
    const refused = await run('schema change changing --file', after);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('"site" of 1 user');
    expect(refused.stderr).toContain('--delete-values');
    expect(await run.json('schema change changing --delete-values --file', after)).toMatchObject({
      added: ['grade'],
      removed: [{ attribute: 'site', withValues: 1 }],
      deleted: 1,
    });
    expect((await run('schema change changing --file', after)).stdout).toBe('No attribute changes.\n');
  });

  test('is removed after a look at what would happen, and with values only when that is confirmed', async () => {
    await givenAccount('removing');
    await run('schema define removing --file', await schemaFile('removed', 'number'));
    await givenPerson('removing', { number: '7' });
    expect(await run.json(`schema remove removing ${URN} --preview`)).toEqual({
      urn: URN,
      resourceType: 'User',
      withValues: 1,
    });
    const refused = await run(`schema remove removing ${URN}`);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('--delete-values confirms it');
    const removed = await run(`schema remove removing ${URN} --delete-values`);
    expect(removed.stdout).toBe(`${URN} is removed.\nThe values of 1 user were deleted.\n`);
    expect((await run('schema list removing')).stdout).toContain('no schemas of its own');
  });
});

describe('what cannot be done exits with 1 and says what to do', () => {
  beforeAll(async () => {
    await givenAccount('wrong');
    await run('schema define wrong --file', await schemaFile('there', 'number'));
  });

  test.each<[string, () => Promise<string>, string]>([
    ['schema define nobody --file', () => schemaFile('a', 'a'), 'There is no account "nobody"'],
    ['schema define wrong --file', async () => join(folder, 'none.json'), 'cannot be read'],
    ['schema define wrong --file', () => textFile('{"id": '), 'is not JSON'],
    ['schema define wrong --file', () => textFile('[]'), 'must be a JSON object'],
    ['schema define wrong --file', () => schemaFile('b', { name: 'a' }), '"type" of attributes[0] (a)'],
    ['schema define wrong --file', () => schemaFile('c', 'b'), 'already'],
    [
      'schema change wrong --file',
      () => schemaFile('d', { name: 'number', type: 'integer' }),
      'cannot turn from string',
    ],
    [
      'schema change wrong --file',
      () => textFile('{"id":"urn:a1:b","name":"x","attributes":[{"name":"a","type":"string"}]}'),
      'no schema of its own',
    ],
    ['schema show wrong', async () => 'urn:nobody:has', 'no schema of its own'],
    ['schema remove wrong', async () => 'urn:nobody:has', 'no schema of its own'],
  ])('rollcall %s', async (line, lastArgument, message) => {
    const { exitCode, stdout, stderr } = await run(line, await lastArgument());
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });
});
