import { afterAll, describe, expect, test } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { findUser } from '../users/find-users.ts';
import { type LicenseMappingChanges, listLicenseMappings } from './license-mappings.ts';
import type { LicenseType } from './license-type.ts';
import { setLicenseMappings } from './set-license-mappings.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function setAll(
  accountId: string,
  mappings: LicenseMappingChanges,
  condition: { expectedVersion?: number } = {},
  caller = operatorCaller(OPERATOR),
) {
  return inTransaction(db, (trx) =>
    setLicenseMappings(trx, caller, accountId, { mappings, ...condition }, NOW),
  );
}

function setMapping(accountId: string, licenseType: LicenseType, groups: readonly string[]) {
  return setAll(accountId, { [licenseType]: groups });
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

describe('setLicenseMappings', () => {
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

  test('sets several types at once, and leaves those alone that are not named', async () => {
    const { accountId } = await givenAccount(db);
    await setMapping(accountId, 'read_only', ['Guests']);
    await setAll(accountId, { it: ['Ops'], developer: ['Engineering'] });
    await setAll(accountId, { it: [], developer: ['Engineering', 'Data'] });
    expect(await listLicenseMappings(db, accountId)).toEqual([
      { licenseType: 'developer', idpGroups: ['Data', 'Engineering'] },
      { licenseType: 'read_only', idpGroups: ['Guests'] },
    ]);
    expect(await mappingEvents(accountId)).toHaveLength(5);
  });

  test('sets none of several when one cannot be', async () => {
    const { accountId } = await givenAccount(db);
    await expect(setAll(accountId, { it: ['Ops'], analyst: ['Analysts'] })).rejects.toMatchObject({
      reason: 'license_unavailable',
      facts: { licenseType: 'analyst' },
    });
    expect(await listLicenseMappings(db, accountId)).toEqual([]);
  });

  test('of two administrators who change what both saw, the first alone is followed', async () => {
    const { accountId } = await givenAccount(db);
    const { version: expectedVersion } = await readAccountSettings(db, accountId);
    const both = await Promise.allSettled([
      setAll(accountId, { it: ['Ops'] }, { expectedVersion }),
      setAll(accountId, { it: ['Operations'] }, { expectedVersion }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'version_mismatch' },
    });
    expect(await mappingEvents(accountId)).toHaveLength(1);
  });

  test.each(['security_admin', 'account_viewer', 'member'] as const)('is not for %s', async (set) => {
    const { accountId } = await givenAccount(db);
    await expect(
      setAll(accountId, { it: ['Ops'] }, {}, callerWith(OPERATOR, null, [set])),
    ).rejects.toMatchObject({ code: 'forbidden', right: 'licenses:write' });
  });

  test('is for those who pay for licenses', async () => {
    const { accountId } = await givenAccount(db);
    const caller = callerWith(OPERATOR, null, ['billing_admin']);
    expect(await setAll(accountId, { it: ['Ops'] }, {}, caller)).toEqual({
      licensesChanged: 0,
      recalculation: null,
    });
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
      await expect(setMapping(accountId, 'it', groups)).rejects.toEqual(
        expect.objectContaining({ code: 'invalid_input', path: 'mappings.it' }),
      );
      expect(await listLicenseMappings(db, accountId)).toEqual([]);
    },
  );

  test('refuses an account that does not exist', async () => {
    await expect(setMapping(newId(), 'it', ['a'])).rejects.toMatchObject({ code: 'not_found' });
  });
});
