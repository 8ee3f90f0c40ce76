import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { ConflictError, RefusedError } from '../errors.ts';
import { type GivenAccount, givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider, workEmailOf } from '../testing/provisioning.ts';
import { createUnmanagedUser } from './create-unmanaged-user.ts';
import { findUser, listUsers } from './find-users.ts';
import type { User } from './user.ts';

const everybody = {
  startIndex: 1,
  count: 100,
  withGroups: false,
  scimBaseUrl: 'https://scim.example/scim/v2/a',
};

describe('creating a person', () => {
  it('in a verified domain makes them active and licensed at once', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const user = await identityProvider(database.db, account).post({ userName: 'Ana@acme.example' });
    expect(user).toMatchObject({
      state: 'active',
      userName: 'Ana@acme.example',
      licenseType: 'developer',
      licenseSource: 'default',
      scimManaged: true,
      version: 1,
      attributes: workEmailOf('Ana@acme.example'),
    });
    expect(await findUser(database.db, account.accountId, user.id)).toEqual(user);
  });

  it('in a subdomain of a verified domain invites them: domains match exactly', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const user = await identityProvider(database.db, account).post({ userName: 'ana@eu.acme.example' });
    expect(user).toMatchObject({ state: 'invited', licenseType: null, licenseSource: null });
    const invitations = await database.db
      .selectFrom('invitations')
      .select(['address', 'ended_at'])
      .where('account_id', '=', account.accountId)
      .execute();
    expect(invitations).toEqual([{ address: 'ana@eu.acme.example', ended_at: null }]);
  });

  it('with active false sends no invitation and gives no license', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db, { verifiedDomains: [] });
    const user = await identityProvider(database.db, account).post({
      userName: 'ana@acme.example',
      active: false,
    });
    expect(user).toMatchObject({ state: 'deactivated', licenseType: null });
    expect(
      await database.db
        .selectFrom('invitations')
        .select('id')
        .where('account_id', '=', account.accountId)
        .execute(),
    ).toEqual([]);
  });

  it('leaves one audit event that names the request and the reasons of the license', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const user = await identityProvider(database.db, account).post({
      userName: 'ana@acme.example',
      licenseType: 'it',
    });
    const events = await database.db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'target_id', 'request_method', 'detail'])
      .where('account_id', '=', account.accountId)
      .execute();
    expect(events).toMatchObject([
      {
        kind: 'user.created',
        actor_kind: 'scim_token',
        target_id: user.id,
        request_method: 'POST',
        detail: {
          changes: { userName: { from: null, to: 'ana@acme.example' } },
          licenseDecision: {
            licenseType: 'it',
            source: 'scim',
            steps: [{ rule: 'scim_attribute', outcome: 'decided' }],
          },
        },
      },
    ]);
  });

  it.each([
    {
      userName: 'ana',
      at: 'userName',
      says: /must be an e-mail address.*Application username format to Email/,
    },
    { userName: 'ana@ acme.example', at: 'userName', says: /must be an e-mail address/ },
    { userName: 'a@b@acme.example', at: 'userName', says: /must be an e-mail address/ },
    { userName: '@acme.example', at: 'userName', says: /must be an e-mail address/ },
  ])('is refused for the user name "$userName", with advice', async ({ userName, at, says }) => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const created = identityProvider(database.db, account).post({ userName });
    await expect(created).rejects.toThrow(says);
    await expect(created).rejects.toMatchObject({ code: 'invalid_input', path: at });
    expect((await listUsers(database.db, account.accountId, everybody)).total).toBe(0);
  });

  it('is refused when userName and work e-mail differ, with advice for both identity providers', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const created = identityProvider(database.db, account).post({
      userName: 'ana@acme.example',
      attributes: workEmailOf('ana.ito@acme.example'),
    });
    await expect(created).rejects.toThrow(
      /Okta.*Entra ID map userName and emails\[type eq "work"\]\.value to the same/,
    );
  });

  it('takes a guest address of Entra ID', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const userName = 'ana_other.example#EXT#@acme.example';
    expect(await identityProvider(database.db, account).post({ userName })).toMatchObject({
      state: 'active',
      userName,
    });
  });

  it('where user names are free text needs neither address nor e-mail, and is active at once', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db, { scim: { user_name_policy: 'any' } });
    expect(await identityProvider(database.db, account).post({ userName: 'bjensen' })).toMatchObject({
      state: 'active',
      licenseType: 'developer',
    });
  });
});

describe('values of unusual size', () => {
  it('are kept: a user name of 300 characters, attributes of 100 kB', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const userName = `${'ä'.repeat(300)}@acme.example`;
    const attributes = { title: 'T'.repeat(50_000), nickName: '愛'.repeat(20_000) };
    const user = await identityProvider(database.db, account).post({ userName, attributes });
    expect(await findUser(database.db, account.accountId, user.id)).toMatchObject({ userName, attributes });
  });

  it.each([
    { what: 'user name', person: { userName: `${unlikelyText()}@acme.example` } },
    { what: 'externalId', person: { userName: 'ana@acme.example', externalId: unlikelyText() } },
    {
      what: 'e-mail',
      person: {
        userName: 'ana@acme.example',
        attributes: {
          emails: [
            { value: 'ana@acme.example', type: 'work' },
            { value: unlikelyText(), type: 'home' },
          ],
        },
      },
    },
  ])('are refused where people are found by them ($what), and nothing is written', async ({ person }) => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const idp = identityProvider(database.db, account);
    await expect(idp.post(person)).rejects.toMatchObject({ code: 'invalid_input' });
    const ben = await idp.post({ userName: 'ben@acme.example' });
    await expect(idp.put(ben.id, person)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await findUser(database.db, account.accountId, ben.id)).toEqual(ben);
    expect((await listUsers(database.db, account.accountId, everybody)).total).toBe(1);
  });
});

describe('a user name', () => {
  it('cannot be taken twice, whatever its letter case', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const idp = identityProvider(database.db, account);
    await idp.post({ userName: 'Änne@acme.example' });
    await expect(idp.post({ userName: 'ÄNNE@ACME.EXAMPLE' })).rejects.toMatchObject({
      code: 'conflict',
      reason: 'user_name_taken',
    });
  });

  it('stays taken while its owner is deactivated', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const idp = identityProvider(database.db, account);
    const user = await idp.post({ userName: 'ana@acme.example' });
    await idp.patch(user.id, { active: false });
    await expect(idp.post({ userName: 'ana@acme.example' })).rejects.toMatchObject({
      reason: 'user_name_taken',
    });
  });

  it('that is posted ten times at once makes one person', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const idp = identityProvider(database.db, account);
    const posts = await Promise.allSettled(
      Array.from({ length: 10 }, () => idp.post({ userName: 'ana@acme.example' })),
    );
    expect(posts.filter((post) => post.status === 'fulfilled')).toHaveLength(1);
    expect(reasonsOf(posts)).toEqual(Array.from({ length: 9 }, () => 'user_name_taken'));
    expect((await listUsers(database.db, account.accountId, everybody)).total).toBe(1);
  });

  it('of one account is free in another', async () => {
    await using database = await testDatabase();
    const [one, other] = [await givenAccount(database.db), await givenAccount(database.db)];
    const mine = await identityProvider(database.db, one).post({ userName: 'ana@acme.example' });
    await identityProvider(database.db, other).post({ userName: 'ana@acme.example' });
    expect(await findUser(database.db, other.accountId, mine.id)).toBeUndefined();
  });
});

describe('linking', () => {
  it('by POST keeps the id, takes what is sent and keeps the rest', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const before = await givenUnmanaged(database.db, account);
    expect(before.scimManaged).toBe(false);
    const after = await identityProvider(database.db, account).post({
      userName: 'ANA@acme.example',
      externalId: '00u1',
      attributes: { ...workEmailOf('ana@acme.example'), name: { givenName: 'Anna' }, title: 'Engineer' },
    });
    expect(after).toMatchObject({
      id: before.id,
      scimManaged: true,
      userName: 'ANA@acme.example',
      externalId: '00u1',
      state: 'active',
      attributes: { name: { givenName: 'Anna', familyName: 'Ito' }, title: 'Engineer' },
    });
    expect((await listUsers(database.db, account.accountId, everybody)).total).toBe(1);
  });

  it('by a PATCH that changes nothing else links all the same', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const before = await givenUnmanaged(database.db, account);
    const after = await identityProvider(database.db, account).patch(before.id, { active: true });
    expect(after).toMatchObject({ scimManaged: true, version: 2 });
  });

  it('takes the license that the identity provider asserts, else keeps the one held', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db, { scim: { manage_licenses: true } });
    const before = await givenUnmanaged(database.db, account);
    const idp = identityProvider(database.db, account);
    expect(await idp.patch(before.id, { active: true })).toMatchObject({
      licenseType: 'developer',
      licenseSource: 'default',
    });
    expect(await idp.patch(before.id, { licenseType: 'read_only' })).toMatchObject({
      licenseType: 'read_only',
      licenseSource: 'scim',
    });
  });
});

describe('the last free seat', () => {
  it('goes to exactly one of two people who are created at once', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db, { seats: { developer: 1 } });
    const idp = identityProvider(database.db, account);
    const posts = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) => idp.post({ userName: `${name}@acme.example` })),
    );
    expect(posts.filter((post) => post.status === 'fulfilled')).toHaveLength(1);
    expect(reasonsOf(posts)).toEqual(['no_free_seat', 'no_free_seat', 'no_free_seat']);
    const { total } = await listUsers(database.db, account.accountId, everybody);
    expect(total).toBe(1);
  });

  it('is free again when its holder is deactivated, and deactivation is never refused for a license', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db, { seats: { developer: 1 } });
    const idp = identityProvider(database.db, account);
    const ana = await idp.post({ userName: 'ana@acme.example' });
    await expect(idp.post({ userName: 'ben@acme.example' })).rejects.toMatchObject({
      reason: 'no_free_seat',
    });
    await idp.patch(ana.id, { active: false, licenseType: 'analyst' });
    await idp.patch(ana.id, { active: false, licenseType: 'platinum' });
    await expect(idp.post({ userName: 'ben@acme.example' })).resolves.toMatchObject({
      licenseType: 'developer',
    });
    await expect(idp.patch(ana.id, { active: true, licenseType: null })).rejects.toMatchObject({
      reason: 'no_free_seat',
    });
  });

  it('of analyst does not exist in an account that was given none', async () => {
    await using database = await testDatabase();
    const account = await givenAccount(database.db);
    const idp = identityProvider(database.db, account);
    await expect(idp.post({ userName: 'ana@acme.example', licenseType: 'analyst' })).rejects.toMatchObject({
      reason: 'license_unavailable',
    });
    await expect(
      idp.post({ userName: 'ana@elsewhere.example', licenseType: 'analyst' }),
    ).rejects.toMatchObject({
      reason: 'license_unavailable',
    });
    await expect(idp.post({ userName: 'ana@acme.example', licenseType: 'Developer' })).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'licenseType',
    });
  });
});

/** Of 10,000 characters that no compression makes small. */
function unlikelyText(): string {
  return randomBytes(5_000).toString('hex');
}

function givenUnmanaged(db: Database, account: GivenAccount): Promise<User> {
  return inTransaction(db, (trx) =>
    createUnmanagedUser(
      trx,
      { kind: 'operator', name: 'test' },
      account.accountId,
      { userName: 'ana@acme.example', givenName: 'Ana', familyName: 'Ito' },
      new Date(),
    ),
  );
}

function reasonsOf(results: readonly PromiseSettledResult<User>[]): unknown[] {
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    const reason: unknown = result.reason;
    return [reason instanceof ConflictError || reason instanceof RefusedError ? reason.reason : reason];
  });
}
