import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { type GivenAccount, givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { createNewcomer } from './create-newcomer.ts';
import { provisionUser } from './provision-user.ts';
import type { User, UserInput } from './user.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 20 });
});

afterAll(() => database[Symbol.asyncDispose]());

const NOW = new Date('2026-11-22T10:00:00Z');

function person(userName: string): UserInput {
  const attributes = workEmailOf(userName);
  return { userName, externalId: null, active: true, attributes, licenseType: undefined, namesAddress: true };
}

/** Everything that the account has now, without what is random. */
async function rowsOf({ accountId }: GivenAccount) {
  const { db } = database;
  const users = await db.selectFrom('users').selectAll().where('account_id', '=', accountId).execute();
  const events = await db
    .selectFrom('audit_events')
    .select(['kind', 'at', 'alert', 'actor_kind', 'actor_name', 'target_kind', 'detail', 'request_path'])
    .where('account_id', '=', accountId)
    .where('target_kind', '=', 'user')
    .execute();
  const invitations = await db
    .selectFrom('invitations')
    .select(['address', 'created_at', 'expires_at', 'ended_at'])
    .where('account_id', '=', accountId)
    .execute();
  const counts = await db
    .selectFrom('resource_counts')
    .select('amount')
    .where('account_id', '=', accountId)
    .where('resource', '=', 'user')
    .execute();
  return {
    users: users.map((row) => ({ ...row, account_id: '', id: '' })),
    events,
    invitations,
    total: counts.reduce((sum, { amount }) => sum + Number(amount), 0),
  };
}

function withoutIds(user: User): object {
  return { ...user, accountId: '', id: '' };
}

/** As the gateway creates people, with settings that it has known for a while. */
async function post(account: GivenAccount, settings: AccountSettings, userName: string): Promise<User> {
  const { accountId, actor } = account;
  return (
    (await createNewcomer(database.db, actor, settings, person(userName), NOW)) ??
    inTransaction(database.db, (trx) => provisionUser(trx, actor, accountId, person(userName), NOW))
  );
}

describe('the creation of somebody new in one round trip', () => {
  it.each([
    ['active in a verified domain', {}, 'ana@acme.example'],
    ['invited in another domain', {}, 'ana@elsewhere.example'],
    [
      'with a name that is no address',
      { scim: { user_name_policy: 'any', manage_licenses: true } },
      'ana',
    ] as const,
  ])('writes what a transaction of two would: %s', async (_, given, userName) => {
    const { db } = database;
    const [once, twice] = [await givenAccount(db, given), await givenAccount(db, given)];
    const settings = await readAccountSettings(db, once.accountId);
    const user = await createNewcomer(db, once.actor, settings, person(userName), NOW);
    const other = await inTransaction(db, (trx) =>
      provisionUser(trx, twice.actor, twice.accountId, person(userName), NOW),
    );
    expect(user && withoutIds(user)).toEqual(withoutIds(other));
    expect(await rowsOf(once)).toEqual(await rowsOf(twice));
    expect((await rowsOf(once)).total).toBe(1);
  });

  it('is never decided by settings that have changed since the caller read them', async () => {
    const { db } = database;
    const account = await givenAccount(db);
    const stale = await readAccountSettings(db, account.accountId);
    await inTransaction(db, (trx) =>
      updateScimConfiguration(
        trx,
        operatorCaller(account.actor),
        account.accountId,
        { defaultLicenseType: 'it' },
        NOW,
      ),
    );
    const user = await post(account, stale, 'ana@acme.example');
    expect(user.licenseType).toBe('it');
  });

  it('is refused when SCIM was turned off since, and leaves nothing', async () => {
    const { db } = database;
    const account = await givenAccount(db);
    const stale = await readAccountSettings(db, account.accountId);
    await inTransaction(db, (trx) =>
      updateScimConfiguration(trx, operatorCaller(account.actor), account.accountId, { enabled: false }, NOW),
    );
    const creation = post(account, stale, 'ana@acme.example');
    await expect(creation).rejects.toMatchObject({ reason: 'scim_disabled' });
    expect(await rowsOf(account)).toMatchObject({ users: [], total: 0 });
  });

  it('succeeds once for one name, however many ask at once and however they spell it', async () => {
    const { db } = database;
    const account = await givenAccount(db);
    const settings = await readAccountSettings(db, account.accountId);
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        post(account, settings, index % 2 === 0 ? 'ana@acme.example' : 'ANA@acme.example'),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = results.flatMap<unknown>((result) =>
      result.status === 'rejected' ? result.reason : [],
    );
    expect(refusals).toMatchObject(Array.from({ length: 39 }, () => ({ reason: 'user_name_taken' })));
    const { users, events, total } = await rowsOf(account);
    expect([users.length, events.length, total]).toEqual([1, 1, 1]);
  });
});
