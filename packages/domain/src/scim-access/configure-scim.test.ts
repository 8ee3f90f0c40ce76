import { afterAll, describe, expect, test } from 'vitest';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { connectProvider, givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { findUser } from '../users/find-users.ts';
import { type ScimConfigurationInput, updateScimConfiguration } from './configure-scim.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function configure(accountId: string, changes: ScimConfigurationInput) {
  const { configuration } = await inTransaction(db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, changes, NOW),
  );
  return configuration;
}

async function changesOf(accountId: string) {
  const events = await db
    .selectFrom('audit_events')
    .select('detail')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'scim_configuration.changed')
    .orderBy('id')
    .execute();
  return events.map(({ detail }) => detail);
}

describe('updateScimConfiguration', () => {
  test('writes what changes, counts the version and tells before and after', async () => {
    const { accountId } = await givenAccount(db);
    const changes: ScimConfigurationInput = {
      allowManualUpdates: true,
      unlicensedMembers: 'reject',
      defaultLicenseType: 'read_only',
      userNamePolicy: 'any',
      dialects: 'strict',
      cursorPagination: false,
      unprovisionedSignIn: false,
      providerKind: 'entra',
    };
    const configured = await configure(accountId, changes);
    expect(configured).toMatchObject({ ...changes, enabled: true, version: 2 });
    expect((await readAccountSettings(db, accountId)).scim).toEqual(configured);
    expect(await changesOf(accountId)).toEqual([
      {
        before: {
          allowManualUpdates: false,
          unlicensedMembers: 'hold',
          defaultLicenseType: 'developer',
          userNamePolicy: 'email',
          dialects: 'lenient',
          cursorPagination: true,
          unprovisionedSignIn: true,
          providerKind: null,
        },
        after: changes,
        licensesChanged: 0,
      },
    ]);
  });

  test('writes nothing when everything is so already', async () => {
    const { accountId } = await givenAccount(db);
    const before = (await readAccountSettings(db, accountId)).scim;
    expect(await configure(accountId, {})).toEqual(before);
    expect(
      await configure(accountId, { enabled: true, dialects: 'lenient', manageLicenses: undefined }),
    ).toEqual(before);
    expect(await changesOf(accountId)).toEqual([]);
  });

  test.each([
    ['the plan starter', { plan: 'starter' }, 'plan_too_small'],
    ['no connected provider', { sso_provider_kind: 'okta' }, 'sso_not_connected'],
  ] as const)('does not enable SCIM with %s', async (_, account, reason) => {
    const { accountId } = await givenAccount(db, { account, scim: { enabled: false } });
    if (reason !== 'sso_not_connected') await connectProvider(db, accountId);
    await expect(configure(accountId, { enabled: true })).rejects.toMatchObject({ code: 'refused', reason });
    await configure(accountId, { dialects: 'strict' });
    expect((await readAccountSettings(db, accountId)).scim).toMatchObject({
      enabled: false,
      dialects: 'strict',
    });
  });

  test('disables SCIM even where it could not be enabled any more', async () => {
    const { accountId } = await givenAccount(db, { account: { plan: 'starter' } });
    expect(await configure(accountId, { enabled: false })).toMatchObject({ enabled: false });
  });

  test('makes analyst the default only where the account has analyst', async () => {
    const without = await givenAccount(db);
    await expect(configure(without.accountId, { defaultLicenseType: 'analyst' })).rejects.toMatchObject({
      reason: 'license_unavailable',
    });
    const withSeats = await givenAccount(db, { seats: { analyst: 2 } });
    expect(await configure(withSeats.accountId, { defaultLicenseType: 'analyst' })).toMatchObject({
      defaultLicenseType: 'analyst',
    });
  });

  test('decides licenses anew when SCIM begins to count, and moves nobody for a new default', async () => {
    const account = await givenAccount(db);
    await connectProvider(db, account.accountId);
    const person = await identityProvider(db, account).post({
      userName: 'anna@acme.example',
      licenseType: 'it',
    });
    const licenseOf = async () => (await findUser(db, account.accountId, person.id))?.licenseType;
    await configure(account.accountId, { enabled: false });
    expect(await licenseOf()).toBe('it');
    await configure(account.accountId, { defaultLicenseType: 'read_only' });
    expect(await licenseOf()).toBe('it');
    await db
      .updateTable('users')
      .set({ license_type: 'developer', license_source: 'manual', manual_license_type: 'developer' })
      .where('account_id', '=', account.accountId)
      .where('id', '=', person.id)
      .execute();
    await configure(account.accountId, { enabled: true });
    expect(await licenseOf()).toBe('it');
    expect((await changesOf(account.accountId)).at(-1)).toMatchObject({ licensesChanged: 1 });
  });

  test('of two administrators who change what both saw, the first alone is followed', async () => {
    const { accountId } = await givenAccount(db);
    const { version } = (await readAccountSettings(db, accountId)).scim;
    const both = await Promise.allSettled([
      configure(accountId, { dialects: 'strict', expectedVersion: version }),
      configure(accountId, { unlicensedMembers: 'reject', expectedVersion: version }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'version_mismatch' },
    });
    expect(await changesOf(accountId)).toHaveLength(1);
  });

  test.each(['security_admin', 'billing_admin', 'account_viewer', 'member'] as const)(
    'is not for %s',
    async (set) => {
      const { accountId } = await givenAccount(db);
      const caller = callerWith(OPERATOR, null, [set]);
      await expect(
        inTransaction(db, (trx) =>
          updateScimConfiguration(trx, caller, accountId, { dialects: 'strict' }, NOW),
        ),
      ).rejects.toMatchObject({ code: 'forbidden', right: 'settings:write' });
    },
  );

  test('refuses an account that does not exist', async () => {
    await expect(configure(newId(), { enabled: true })).rejects.toMatchObject({ code: 'not_found' });
  });
});
