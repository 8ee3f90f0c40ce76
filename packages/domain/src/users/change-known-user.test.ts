import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { type GivenAccount, givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { identityProvider, workEmailOf } from '../testing/provisioning.ts';
import { changeKnownUser } from './change-known-user.ts';
import { changeUser } from './change-user.ts';
import type { User, UserInput } from './user.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 20 });
  ({ db } = database);
});

afterAll(() => database[Symbol.asyncDispose]());

const NOW = new Date('2026-11-22T10:00:00Z');
const ADDRESS = 'ana@acme.example';

/** What a PATCH of these attributes wants. */
function patch(changes: Partial<UserInput>): (current: User) => UserInput {
  return (current) => ({
    userName: current.userName,
    externalId: current.externalId,
    active: undefined,
    licenseType: undefined,
    namesAddress: false,
    ...changes,
    attributes: { ...current.attributes, ...changes.attributes },
  });
}

async function givenAna(given: Parameters<typeof givenAccount>[1] = {}) {
  const account = await givenAccount(db, given);
  const ana = await identityProvider(db, account).post({
    userName: ADDRESS,
    attributes: workEmailOf(ADDRESS),
  });
  return { account, ana };
}

async function rowsOf({ accountId }: GivenAccount) {
  const users = await db.selectFrom('users').selectAll().where('account_id', '=', accountId).execute();
  const events = await db
    .selectFrom('audit_events')
    .select(['kind', 'alert', 'target_kind', 'target_version', 'detail', 'request_path'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
  return {
    users: users.map((row) => ({ ...row, account_id: '', id: '', created_at: NOW, activated_at: null })),
    events,
  };
}

async function settingsOf({ accountId }: GivenAccount) {
  return readAccountSettings(db, accountId);
}

describe('a change without a transaction around it', () => {
  it.each<[string, Partial<UserInput>]>([
    ['a deactivation', { active: false }],
    ['an attribute', { attributes: { title: 'Lead' } }],
    ['another externalId', { externalId: 'e-2' }],
    [
      'the name in other letters',
      { userName: 'ANA@acme.example', attributes: workEmailOf('ANA@acme.example') },
    ],
  ])('writes what one with a transaction would: %s', async (_, changes) => {
    const [one, other] = [await givenAna(), await givenAna()];
    const { actor, accountId } = one.account;
    const settings = await settingsOf(one.account);
    const changed = await changeKnownUser(db, actor, settings, one.ana.id, 'modify', patch(changes), NOW);
    await inTransaction(db, (trx) =>
      changeUser(
        trx,
        other.account.actor,
        other.account.accountId,
        other.ana.id,
        'modify',
        patch(changes),
        NOW,
      ),
    );
    expect(changed).toMatchObject({ accountId, id: one.ana.id, version: 2, updatedAt: NOW });
    const [rows, expected] = [await rowsOf(one.account), await rowsOf(other.account)];
    expect(rows.users).toEqual(expected.users);
    expect(rows.events.slice(1)).toEqual(expected.events.slice(1));
    expect(rows.events).toHaveLength(2);
  });

  it('that changes nothing writes nothing', async () => {
    const { account, ana } = await givenAna();
    const before = await rowsOf(account);
    const settings = await settingsOf(account);
    const same = await changeKnownUser(
      db,
      account.actor,
      settings,
      ana.id,
      'modify',
      patch({ active: true }),
      NOW,
    );
    expect(same).toMatchObject({ version: 1 });
    expect(await rowsOf(account)).toEqual(before);
  });

  it.each<[string, Partial<UserInput>, Parameters<typeof givenAccount>[1]]>([
    [
      'claims a name',
      { userName: 'bo@acme.example', attributes: workEmailOf('bo@acme.example'), namesAddress: true },
      {},
    ],
    ['may take a limited seat', { active: false }, { seats: { developer: 3 } }],
    ['is refused', { userName: 'no address' }, {}],
  ])('is left to the general way when it %s', async (_, changes, given) => {
    const { account, ana } = await givenAna(given);
    const before = await rowsOf(account);
    const settings = await settingsOf(account);
    expect(
      await changeKnownUser(db, account.actor, settings, ana.id, 'modify', patch(changes), NOW),
    ).toBeUndefined();
    expect(await rowsOf(account)).toEqual(before);
  });

  it('is never decided, nor found to change nothing, by settings that have changed since', async () => {
    const { account, ana } = await givenAna();
    const stale = await settingsOf(account);
    await inTransaction(db, (trx) =>
      updateScimConfiguration(trx, operatorCaller(account.actor), account.accountId, { enabled: false }, NOW),
    );
    for (const changes of [{ active: false }, { active: true }]) {
      expect(
        await changeKnownUser(db, account.actor, stale, ana.id, 'modify', patch(changes), NOW),
      ).toBeUndefined();
    }
    expect((await rowsOf(account)).users).toMatchObject([{ state: 'active', version: 1 }]);
  });

  it('does not deactivate an administrator, whom the general way must ask about', async () => {
    const { account, ana } = await givenAna();
    const { accountId } = account;
    await sql`
      with made as (
        insert into groups (account_id, id, display_name, created_at, updated_at)
        values (${accountId}, ${ana.id}, 'Admins', now(), now()) returning account_id, id
      ),
      granted as (
        insert into group_permission_sets (account_id, group_id, permission_set)
        select account_id, id, 'account_admin' from made
      )
      insert into group_members (account_id, group_id, user_id, origin, added_at)
      select account_id, id, ${ana.id}, 'manual', now() from made`.execute(db);
    const settings = await settingsOf(account);
    expect(
      await changeKnownUser(db, account.actor, settings, ana.id, 'modify', patch({ active: false }), NOW),
    ).toBeUndefined();
    const leaving = identityProvider(db, account).patch(ana.id, { active: false });
    await expect(leaving).rejects.toMatchObject({ reason: 'last_account_admin' });
  });

  it('keeps every one of forty changes that are made at once', async () => {
    const { account, ana } = await givenAna();
    const idp = identityProvider(db, account);
    const names = Array.from({ length: 40 }, (_, n) => `attribute${n}`);
    await Promise.all(names.map((name) => idp.patch(ana.id, { attributes: { [name]: name } })));
    const { users, events } = await rowsOf(account);
    expect(users).toMatchObject([{ version: 41 }]);
    expect(Object.keys(users[0]?.attributes ?? {})).toEqual(expect.arrayContaining(names));
    const versions = events.flatMap(({ target_version: version }) => version ?? []);
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 41 }, (_, n) => n + 1));
  });
});
