import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { ConflictError, InvalidInputError, RefusedError } from '../errors.ts';
import { testDatabase } from '../testing/database.ts';
import { listAllUsers } from '../users/list-all-users.ts';
import { readAccountSettings } from './account-settings.ts';
import { createAccount, type CreateAccountInput } from './create-account.ts';
import { findAccount, getAccount, listAccounts } from './find-accounts.ts';
import { findMiscounts } from './miscounts.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function create(input: CreateAccountInput) {
  return inTransaction(db, (trx) => createAccount(trx, OPERATOR, input, NOW));
}

describe('a new account', () => {
  test('has the documented defaults when only its slug is given', async () => {
    const account = await create({ slug: 'plain' });
    expect(account).toEqual({
      id: account.id,
      slug: 'plain',
      name: 'plain',
      plan: 'enterprise',
      ssoProviderKind: 'custom',
      ssoConnected: false,
      createdAt: NOW,
    });
    expect(await readAccountSettings(db, account.id)).toEqual({
      accountId: account.id,
      scim: {
        enabled: false,
        providerKind: 'custom',
        allowManualUpdates: false,
        manageLicenses: false,
        unlicensedMembers: 'hold',
        defaultLicenseType: 'developer',
        userNamePolicy: 'email',
        dialects: 'lenient',
        cursorPagination: true,
        unprovisionedSignIn: true,
        version: 1,
      },
      verifiedDomains: [],
      seatLimits: [],
      licenseMappings: [],
      customSchemas: [],
      version: 1,
      ipRulesVersion: 0,
    });
  });

  test('takes every setting that it is given', async () => {
    const account = await create({
      slug: 'given',
      name: ' Given & Sons ',
      plan: 'enterprise_plus',
      ssoProviderKind: 'entra',
      verifiedDomains: ['Example.COM', 'example.com', 'münchen.example'],
      userNamePolicy: 'any',
      unlicensedMembers: 'reject',
      dialects: 'strict',
      defaultLicenseType: 'analyst',
      seats: [
        { licenseType: 'analyst', limit: 5 },
        { licenseType: 'developer', limit: 0 },
      ],
      enableScim: true,
    });
    const settings = await readAccountSettings(db, account.id);
    expect(account).toMatchObject({
      name: 'Given & Sons',
      plan: 'enterprise_plus',
      ssoProviderKind: 'entra',
    });
    expect(settings.scim).toMatchObject({
      enabled: true,
      providerKind: 'entra',
      userNamePolicy: 'any',
      unlicensedMembers: 'reject',
      dialects: 'strict',
      defaultLicenseType: 'analyst',
    });
    expect(settings.verifiedDomains.toSorted()).toEqual(['example.com', 'münchen.example']);
    expect(settings.seatLimits.toSorted((a, b) => a.limit - b.limit)).toEqual([
      { licenseType: 'developer', limit: 0, used: 0 },
      { licenseType: 'analyst', limit: 5, used: 0 },
    ]);
  });

  test('has the three default groups, of which the owner is in all, active and licensed', async () => {
    const account = await create({
      slug: 'owned',
      seats: [{ licenseType: 'developer', limit: 1 }],
      owner: { email: 'Olga@owned.example', givenName: 'Olga', familyName: 'Owner' },
    });
    const groups = await db
      .selectFrom('groups')
      .select(['id', 'display_name', 'default_group', 'assign_by_default'])
      .where('account_id', '=', account.id)
      .orderBy('display_name')
      .execute();
    expect(groups.map((group) => ({ ...group, id: 'an id' }))).toEqual([
      { id: 'an id', display_name: 'Everyone', default_group: 'everyone', assign_by_default: true },
      { id: 'an id', display_name: 'Member', default_group: 'member', assign_by_default: true },
      { id: 'an id', display_name: 'Owner', default_group: 'owner', assign_by_default: false },
    ]);
    const { users } = await listAllUsers(db, account.id, { limit: 10 });
    expect(users).toMatchObject([
      { userName: 'Olga@owned.example', state: 'active', scimManaged: false, licenseType: 'developer' },
    ]);
    const members = await db
      .selectFrom('group_members')
      .select(['group_id', 'user_id'])
      .where('account_id', '=', account.id)
      .execute();
    expect(members.map((member) => member.group_id).toSorted()).toEqual(
      groups.map(({ id }) => id).toSorted(),
    );
    expect(new Set(members.map((member) => member.user_id))).toEqual(new Set([users[0]?.id]));
    expect((await readAccountSettings(db, account.id)).seatLimits).toEqual([
      { licenseType: 'developer', limit: 1, used: 1 },
    ]);
    expect(await findMiscounts(db)).toEqual([]);
  });

  test('is one audit event, which names its owner', async () => {
    const account = await create({
      slug: 'audited',
      owner: { email: 'o@audited.example', givenName: 'O', familyName: 'A' },
    });
    const events = await db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'actor_name', 'detail'])
      .where('account_id', '=', account.id)
      .where('target_kind', '=', 'account')
      .execute();
    expect(events).toMatchObject([
      {
        kind: 'account.created',
        actor_kind: 'operator',
        actor_name: 'test',
        detail: {
          slug: 'audited',
          owner: { groups: [expect.any(String), expect.any(String), expect.any(String)] },
        },
      },
    ]);
  });

  test('cannot take a slug that is taken, and nothing of it is written', async () => {
    await create({ slug: 'taken' });
    await expect(
      create({ slug: 'taken', owner: { email: 'o@taken.example', givenName: 'O', familyName: 'T' } }),
    ).rejects.toMatchObject({ code: 'conflict', reason: 'slug_taken' });
    const { configurations } = await sql<{ configurations: number }>`
      /* every account: nothing may be left of the refused one */
      select count(*) as configurations from scim_configurations`
      .execute(db)
      .then(({ rows: [row] }) => row ?? { configurations: 0 });
    expect(configurations).toBe((await listAccounts(db)).length);
  });

  test('made twice at once under one slug is made once', async () => {
    const results = await Promise.allSettled([create({ slug: 'twice' }), create({ slug: 'twice' })]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toBeInstanceOf(ConflictError);
  });

  test.each([
    ['an upper-case slug', { slug: 'Acme' }],
    ['a blank slug', { slug: '' }],
    ['a slug of 64 characters', { slug: 'a'.repeat(64) }],
    ['a slug in the form of an id', { slug: '0192f0c4-6f0a-7000-8000-000000000001' }],
    ['a slug that ends in a hyphen', { slug: 'acme-' }],
    ['a slug with NUL', { slug: 'ac\0me' }],
    ['a blank name', { slug: 'bad', name: '  ' }],
    ['a name with a control character', { slug: 'bad', name: 'a\u0000b' }],
    ['a domain with @', { slug: 'bad', verifiedDomains: ['a@example.com'] }],
    ['a domain without a dot', { slug: 'bad', verifiedDomains: ['localhost'] }],
    ['an empty domain', { slug: 'bad', verifiedDomains: [''] }],
    ['a fraction of a seat', { slug: 'bad', seats: [{ licenseType: 'it', limit: 1.5 }] }],
    ['fewer seats than none', { slug: 'bad', seats: [{ licenseType: 'it', limit: -1 }] }],
    [
      'one type named twice',
      {
        slug: 'bad',
        seats: [
          { licenseType: 'it', limit: 1 },
          { licenseType: 'it', limit: 2 },
        ],
      },
    ],
    [
      'an owner without an address',
      { slug: 'bad', owner: { email: 'olga', givenName: 'O', familyName: 'O' } },
    ],
    [
      'an owner without a name',
      { slug: 'bad', owner: { email: 'o@bad.example', givenName: ' ', familyName: 'O' } },
    ],
  ] satisfies [string, CreateAccountInput][])('is refused with %s', async (_, input) => {
    await expect(create(input)).rejects.toBeInstanceOf(InvalidInputError);
    expect(await findAccount(db, 'bad')).toBeUndefined();
  });

  test.each([
    ['SCIM on the plan starter', { enableScim: true, plan: 'starter' }, 'plan_too_small'],
    ['SCIM without a provider', { enableScim: true, ssoProviderKind: null }, 'sso_not_connected'],
    ['analyst by default without seats', { defaultLicenseType: 'analyst' }, 'license_unavailable'],
    [
      'an owner for whom no seat is left',
      {
        seats: [{ licenseType: 'developer', limit: 0 }],
        owner: { email: 'o@refused.example', givenName: 'O', familyName: 'R' },
      },
      'no_free_seat',
    ],
  ] satisfies [string, Omit<CreateAccountInput, 'slug'>, string][])(
    'is refused with %s, and nothing is written',
    async (_, input, reason) => {
      const refusal = create({ slug: 'refused', ...input });
      await expect(refusal).rejects.toBeInstanceOf(RefusedError);
      await expect(refusal).rejects.toMatchObject({ reason });
      expect(await findAccount(db, 'refused')).toBeUndefined();
    },
  );
});

describe('an account', () => {
  test('is found by id and by slug', async () => {
    const account = await create({ slug: 'findable' });
    expect(await findAccount(db, 'findable')).toEqual(account);
    expect(await findAccount(db, account.id)).toEqual(account);
    expect(await getAccount(db, account.id)).toEqual(account);
  });

  test.each(['nobody', '', 'a\0b', '0192f0c4-6f0a-7000-8000-000000000001', "' or true --"])(
    'that does not exist is not found: %j',
    async (reference) => {
      expect(await findAccount(db, reference)).toBeUndefined();
      await expect(getAccount(db, reference)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  test('is listed with the people and groups that an identity provider sees', async () => {
    await create({
      slug: 'counted',
      enableScim: true,
      owner: { email: 'o@counted.example', givenName: 'O', familyName: 'C' },
    });
    const accounts = await listAccounts(db);
    expect(accounts.map(({ slug }) => slug)).toEqual(accounts.map(({ slug }) => slug).toSorted());
    expect(accounts.find(({ slug }) => slug === 'counted')).toMatchObject({
      scimEnabled: true,
      users: 1,
      groups: 0,
    });
  });
});
