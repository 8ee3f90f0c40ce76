import { afterAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { findUser } from '../users/find-users.ts';
import { listLicenseMappings, setLicenseMapping } from './license-mappings.ts';
import type { LicenseType } from './license-type.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function setMapping(accountId: string, licenseType: LicenseType, groups: readonly string[]) {
  return inTransaction(db, (trx) => setLicenseMapping(trx, OPERATOR, accountId, licenseType, groups, NOW));
}

async function givenPerson(accountId: string, signInGroups: string[]): Promise<string> {
  const name = newId();
  const person = { userName: `${name}@acme.example`, givenName: 'Anna', familyName: 'Test' };
  const { id } = await inTransaction(db, (trx) => createUnmanagedUser(trx, OPERATOR, accountId, person, NOW));
  await db
    .updateTable('users')
    .set({ sign_in_groups: signInGroups })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute();
  return id;
}

async function mappingEvents(accountId: string) {
  const events = await db
    .selectFrom('audit_events')
    .select('detail')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'license_mapping.changed')
    .orderBy('id')
    .execute();
  return events.map(({ detail }) => detail);
}

describe('setLicenseMapping', () => {
  test('replaces the groups of a type, keeps them exactly, and lists them in the order of precedence', async () => {
    const { accountId } = await givenAccount(db);
    await setMapping(accountId, 'read_only', ['Guests']);
    await setMapping(accountId, 'developer', ['engineering', ' Engineering', 'engineering', 'Ärzte']);
    await setMapping(accountId, 'developer', ['engineering', ' Engineering']);
    expect(await listLicenseMappings(db, accountId)).toEqual([
      { licenseType: 'developer', idpGroups: [' Engineering', 'engineering'] },
      { licenseType: 'read_only', idpGroups: ['Guests'] },
    ]);
    expect(await mappingEvents(accountId)).toMatchObject([
      { licenseType: 'read_only', before: [], after: ['Guests'] },
      { licenseType: 'developer', before: [], after: [' Engineering', 'engineering', 'Ärzte'] },
      {
        licenseType: 'developer',
        before: [' Engineering', 'engineering', 'Ärzte'],
        after: [' Engineering', 'engineering'],
      },
    ]);
  });

  test('decides everybody anew at once, from the groups of their last sign-in', async () => {
    const { accountId } = await givenAccount(db, { scim: { enabled: false } });
    const guest = await givenPerson(accountId, ['Guests']);
    const both = await givenPerson(accountId, ['Guests', 'Engineering']);
    await setMapping(accountId, 'read_only', ['Guests']);
    await setMapping(accountId, 'it', ['Engineering']);
    expect(await findUser(db, accountId, guest)).toMatchObject({
      licenseType: 'read_only',
      licenseSource: 'sso_mapping',
    });
    expect(await findUser(db, accountId, both)).toMatchObject({
      licenseType: 'it',
      licenseSource: 'sso_mapping',
    });
    expect((await mappingEvents(accountId)).at(0)).toMatchObject({ licensesChanged: 2 });
  });

  test('writes nothing when the groups are the same in another order', async () => {
    const { accountId } = await givenAccount(db);
    await setMapping(accountId, 'it', ['a', 'b']);
    await setMapping(accountId, 'it', ['b', 'a', 'b']);
    await setMapping(accountId, 'developer', []);
    expect(await mappingEvents(accountId)).toHaveLength(1);
  });

  test('ends a mapping that names no group any more', async () => {
    const { accountId } = await givenAccount(db);
    await setMapping(accountId, 'it', ['a']);
    await setMapping(accountId, 'it', []);
    expect(await listLicenseMappings(db, accountId)).toEqual([]);
  });

  test('is refused for a type that the account does not have', async () => {
    const { accountId } = await givenAccount(db);
    await expect(setMapping(accountId, 'analyst', ['Analysts'])).rejects.toMatchObject({
      reason: 'license_unavailable',
    });
  });

  test.each([[['']], [['  ']], [['a\0b']], [['\uD800']], [['g'.repeat(501)]]])(
    'is refused for what is no group: %j',
    async (groups) => {
      const { accountId } = await givenAccount(db);
      await expect(setMapping(accountId, 'it', groups)).rejects.toBeInstanceOf(InvalidInputError);
      expect(await listLicenseMappings(db, accountId)).toEqual([]);
    },
  );

  test('refuses an account that does not exist', async () => {
    await expect(setMapping(newId(), 'it', ['a'])).rejects.toMatchObject({ code: 'not_found' });
  });
});
