import { afterAll, describe, expect, test } from 'vitest';
import { createGroup } from '@rollcall/domain/groups/create-group';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { encodeGlobalId } from '../src/graphql/global-ids.ts';
import { givenGroup, givenPeople } from './groups-testing.ts';
import { OPERATOR, startTestAdminApi, type TestAccount, textAt } from './harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());
const acme = await api.addAccount('acme');
const other = await api.addAccount('other');

const GROUP = 'group { id displayName assignByDefault version memberCount { atLeast } }';

/** A group that the identity provider pushed. */
async function pushed({ accountId }: TestAccount, displayName: string): Promise<string> {
  const input = { displayName, externalId: null, memberIds: [] };
  const group = await inTransaction(api.db, (trx) =>
    createGroup(trx, OPERATOR, accountId, input, new Date()),
  );
  return encodeGlobalId('Group', group.id);
}

async function defaultGroup({ admin }: TestAccount, name: string): Promise<string> {
  const { data } = await admin.query(
    `{ account { groups(filter: { search: "${name}" }) { edges { node { id } } } } }`,
  );
  return textAt(data, 'account.groups.edges.0.node.id');
}

/** The ids of everybody in an account. */
async function everybody({ accountId }: TestAccount): Promise<string[]> {
  const users = await api.db.selectFrom('users').select('id').where('account_id', '=', accountId).execute();
  return users.map(({ id }) => encodeGlobalId('User', id));
}

describe('groupCreate', () => {
  test('makes a group with members, once for an idempotency key', async () => {
    const people = await givenPeople(api, acme, 'ana', 'ben');
    const input = { displayName: ' Sales ', userIds: people, idempotencyKey: 'sales' };
    const first = await acme.admin.mutate('groupCreate', input, GROUP);
    expect(first).toMatchObject({
      group: { displayName: 'Sales', assignByDefault: false, version: 1, memberCount: { atLeast: 2 } },
    });
    expect(await acme.admin.mutate('groupCreate', input, GROUP)).toEqual(first);
  });

  test.each([
    [
      'a blank name',
      { displayName: ' ' },
      { code: 'INVALID_INPUT', fields: [{ path: 'input.displayName' }] },
    ],
    ['the name of a default group', { displayName: 'EVERYONE' }, { code: 'CONFLICT' }],
    [
      'somebody who is not there',
      { displayName: 'X', userIds: ['nobody'] },
      { code: 'NOT_FOUND', message: 'The account has no user with the id at userIds[0].' },
    ],
  ])('is refused with %s', async (_, input, refusal) => {
    expect(await acme.admin.mutate('groupCreate', input, GROUP)).toMatchObject(refusal);
  });
});

describe('groupUpdate', () => {
  test('renames and decides who joins by default', async () => {
    const id = await givenGroup(acme.admin, 'Support');
    const input = { id, displayName: 'Help', assignByDefault: true, expectedVersion: 1 };
    expect(await acme.admin.mutate('groupUpdate', input, GROUP)).toMatchObject({
      group: { displayName: 'Help', assignByDefault: true, version: 2 },
    });
    expect(await acme.admin.mutate('groupUpdate', input, GROUP)).toMatchObject({ code: 'VERSION_MISMATCH' });
    const same = { id, displayName: null };
    expect(await acme.admin.mutate('groupUpdate', same, GROUP)).toMatchObject({ group: { version: 2 } });
  });

  test('is refused for a taken name, a default group, and a managed one while locked', async () => {
    const id = await givenGroup(acme.admin, 'Taken');
    const managed = await pushed(acme, 'Pushed');
    const rename = async (of: string, displayName: string) =>
      acme.admin.mutate('groupUpdate', { id: of, displayName }, GROUP);
    expect(await rename(id, 'PUSHED')).toMatchObject({ code: 'CONFLICT' });
    expect(await rename(id, '\u0000')).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'input.displayName' }],
    });
    expect(await rename(await defaultGroup(acme, 'owner'), 'Chiefs')).toMatchObject({ code: 'REFUSED' });
    const locked = await rename(managed, 'Mine');
    expect(locked).toMatchObject({ __typename: 'ManualUpdatesLocked', code: 'MANUAL_UPDATES_LOCKED' });
    expect(textAt(locked, 'message')).toContain('turn allowManualUpdates on');
  });
});

describe('groupMembersAdd and groupMembersRemove', () => {
  test('change who is in a group', async () => {
    const people = await givenPeople(api, acme, 'cho', 'dee');
    const groupId = await givenGroup(acme.admin, 'Team');
    expect(await acme.admin.mutate('groupMembersAdd', { groupId, userIds: people }, GROUP)).toMatchObject({
      group: { version: 2, memberCount: { atLeast: 2 } },
    });
    const leaving = { groupId, userIds: people.slice(1) };
    expect(await acme.admin.mutate('groupMembersRemove', leaving, GROUP)).toMatchObject({
      group: { version: 3, memberCount: { atLeast: 1 } },
    });
  });

  test('are refused for nobody, for more than 1,000, for strangers, and for a managed group while locked', async () => {
    const [ana = ''] = await givenPeople(api, acme, 'eve');
    const [stranger = ''] = await givenPeople(api, other, 'eve');
    const groupId = await givenGroup(acme.admin, 'Guarded');
    const managed = await pushed(acme, 'Guarded and pushed');
    const many = Array.from({ length: 1_001 }, () => encodeGlobalId('User', newId()));
    for (const name of ['groupMembersAdd', 'groupMembersRemove']) {
      const attempt = async (group: string, userIds: readonly string[]) =>
        acme.admin.mutate(name, { groupId: group, userIds }, GROUP);
      const invalid = { code: 'INVALID_INPUT', fields: [{ path: 'input.userIds' }] };
      expect(await attempt(groupId, [])).toMatchObject(invalid);
      expect(await attempt(groupId, many)).toMatchObject(invalid);
      expect(await attempt(groupId, [ana, stranger])).toMatchObject({
        code: 'NOT_FOUND',
        message: 'The account has no user with the id at userIds[1].',
      });
      expect(await attempt(managed, [ana])).toMatchObject({ code: 'MANUAL_UPDATES_LOCKED' });
    }
  });

  test('never take the last active account administrator away, and say so to whoever looks', async () => {
    const account = await api.addAccount('last');
    const owner = await defaultGroup(account, 'owner');
    const userIds = await everybody(account);
    expect(
      await account.admin.mutate('groupMembersRemove', { groupId: owner, userIds }, GROUP),
    ).toMatchObject({
      __typename: 'LastAccountAdmin',
    });
    const revocation = { groupId: owner, permissionSet: 'ACCOUNT_ADMIN' };
    expect(await account.admin.mutate('groupPermissionSetRevoke', revocation, GROUP)).toMatchObject({
      __typename: 'LastAccountAdmin',
    });
    const alerts = await api.db
      .selectFrom('audit_events')
      .select('detail')
      .where('account_id', '=', account.accountId)
      .where('kind', '=', 'group.change_refused')
      .where('alert', '=', true)
      .orderBy('id')
      .execute();
    expect(alerts).toEqual([
      { detail: { reason: 'last_account_admin', change: 'remove_members' } },
      { detail: { reason: 'last_account_admin', change: 'revoke_permission_set' } },
    ]);
  });
});

describe('groupPermissionSetGrant and groupPermissionSetRevoke', () => {
  test('change what the members may do, of a managed group, too', async () => {
    const groupId = await pushed(acme, 'Finance');
    const input = { groupId, permissionSet: 'BILLING_ADMIN', expectedVersion: 1 };
    const granted = await acme.admin.mutate(
      'groupPermissionSetGrant',
      input,
      'group { permissionSets version }',
    );
    expect(granted).toMatchObject({ group: { permissionSets: ['BILLING_ADMIN'], version: 2 } });
    expect(await acme.admin.mutate('groupPermissionSetRevoke', input, GROUP)).toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    const again = { ...input, expectedVersion: 2 };
    const revoked = await acme.admin.mutate('groupPermissionSetRevoke', again, 'group { permissionSets }');
    expect(revoked).toMatchObject({ group: { permissionSets: [] } });
  });

  test('give and take no right that the caller lacks', async () => {
    const security = await acme.as('security_admin');
    const groupId = await givenGroup(acme.admin, 'Climbers');
    const [fay = ''] = await givenPeople(api, acme, 'fay');
    const admin = { groupId, permissionSet: 'ACCOUNT_ADMIN' };
    expect(await security.mutate('groupPermissionSetGrant', admin, GROUP)).toMatchObject({
      code: 'FORBIDDEN',
    });
    await acme.admin.mutate('groupPermissionSetGrant', admin, GROUP);
    const attempts: [string, Record<string, unknown>][] = [
      ['groupPermissionSetRevoke', admin],
      ['groupMembersAdd', { groupId, userIds: [fay] }],
      ['groupMembersRemove', { groupId, userIds: [fay] }],
      ['groupUpdate', { id: groupId, displayName: 'All staff' }],
      ['groupUpdate', { id: groupId, assignByDefault: true }],
      ['groupSsoMappingSet', { groupId, idpGroups: ['all-staff'] }],
      ['groupDelete', { id: groupId }],
    ];
    for (const [name, input] of attempts) {
      const answer = await security.mutate(name, input, '__typename');
      expect({ name, ...answer }).toMatchObject({ name, code: 'FORBIDDEN' });
    }
  });
});

describe('groupDelete', () => {
  test('deletes a group, and refuses default groups and managed ones while locked', async () => {
    const id = await givenGroup(acme.admin, 'Short-lived');
    const gone = await acme.admin.mutate('groupDelete', { id }, 'deletedGroupId');
    expect(gone).toMatchObject({ deletedGroupId: id });
    expect(await acme.admin.mutate('groupDelete', { id }, 'deletedGroupId')).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The account has no such group.',
    });
    const member = await defaultGroup(acme, 'member');
    expect(await acme.admin.mutate('groupDelete', { id: member }, 'deletedGroupId')).toMatchObject({
      code: 'REFUSED',
    });
    const managed = await pushed(acme, 'Pushed and kept');
    expect(await acme.admin.mutate('groupDelete', { id: managed }, 'deletedGroupId')).toMatchObject({
      code: 'MANUAL_UPDATES_LOCKED',
    });
  });
});

/** Somebody whose last sign-in named these groups. */
async function signedIn(account: TestAccount, name: string, idpGroups: readonly string[]): Promise<string> {
  const [id = ''] = await givenPeople(api, account, name);
  await api.db
    .updateTable('users')
    .set({ sign_in_groups: [...idpGroups] })
    .where('account_id', '=', account.accountId)
    .where('user_name', '=', `${name}@acme.io`)
    .execute();
  return id;
}

describe('groupSsoMappingSet', () => {
  const PREVIEW = `query ($input: GroupSsoMappingPreviewInput!) { groupSsoMappingPreview(input: $input) { __typename
    ... on GroupSsoMappingPreview { joining leaving keepsLastAccountAdmin previewToken
      changes(first: 1) { totalCount pageInfo { hasNextPage } edges { node { change user { userName } } } } }
    ... on UserError { code } ... on InvalidInput { fields { path } } } }`;

  test('does what its preview said, and is refused when that no longer holds', async () => {
    const account = await api.addAccount('mapping');
    await signedIn(account, 'ana', ['sales']);
    await signedIn(account, 'ben', ['sales']);
    const cho = await signedIn(account, 'cho', ['support']);
    const groupId = await givenGroup(account.admin, 'Sales', [cho]);
    const input = { groupId, idpGroups: ['sales'] };
    const { data } = await account.admin.query(PREVIEW, { input });
    expect(data).toMatchObject({
      groupSsoMappingPreview: {
        joining: 2,
        leaving: 1,
        keepsLastAccountAdmin: false,
        changes: {
          totalCount: 3,
          pageInfo: { hasNextPage: true },
          edges: [{ node: { change: 'JOINS', user: { userName: 'ana@acme.io' } } }],
        },
      },
    });
    const previewToken = textAt(data, 'groupSsoMappingPreview.previewToken');
    await signedIn(account, 'dee', ['sales']);
    const set = (given: Record<string, unknown>) =>
      account.admin.mutate('groupSsoMappingSet', given, 'group { ssoMapping }');
    expect(await set({ ...input, previewToken })).toMatchObject({ code: 'PLAN_CHANGED' });
    const fresh = (await account.admin.query(PREVIEW, { input })).data;
    const newToken = textAt(fresh, 'groupSsoMappingPreview.previewToken');
    expect(await set({ ...input, previewToken: newToken })).toMatchObject({
      group: { ssoMapping: ['sales'] },
    });
  });

  test('and its preview refuse what cannot be a mapping, and groups that are not there', async () => {
    const groupId = await givenGroup(acme.admin, 'Mapped');
    const invalid = { code: 'INVALID_INPUT', fields: [{ path: 'input.idpGroups' }] };
    const blank = { groupId, idpGroups: [' '] };
    expect(await acme.admin.mutate('groupSsoMappingSet', blank, GROUP)).toMatchObject(invalid);
    expect((await acme.admin.query(PREVIEW, { input: blank })).data).toMatchObject({
      groupSsoMappingPreview: invalid,
    });
    const foreign = { groupId: await givenGroup(other.admin, 'Theirs'), idpGroups: ['a'] };
    expect(await acme.admin.mutate('groupSsoMappingSet', foreign, GROUP)).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await acme.admin.query(PREVIEW, { input: foreign })).data).toMatchObject({
      groupSsoMappingPreview: { code: 'NOT_FOUND' },
    });
    const token = { groupId, idpGroups: ['a'], previewToken: 'nonsense' };
    expect(await acme.admin.mutate('groupSsoMappingSet', token, GROUP)).toMatchObject({
      fields: [{ path: 'input.previewToken' }],
    });
  });
});

test('every mutation of groups finds nothing by an id of another account', async () => {
  const groupId = await givenGroup(other.admin, 'Elsewhere');
  const [ana = ''] = await givenPeople(api, acme, 'zoe');
  const attempts: [string, Record<string, unknown>][] = [
    ['groupUpdate', { id: groupId, displayName: 'Mine' }],
    ['groupDelete', { id: groupId }],
    ['groupMembersAdd', { groupId, userIds: [ana] }],
    ['groupMembersRemove', { groupId, userIds: [ana] }],
    ['groupPermissionSetGrant', { groupId, permissionSet: 'MEMBER' }],
    ['groupPermissionSetRevoke', { groupId, permissionSet: 'MEMBER' }],
    ['groupSsoMappingSet', { groupId, idpGroups: [] }],
  ];
  for (const [name, input] of attempts) {
    expect({ name, ...(await acme.admin.mutate(name, input, '__typename')) }).toMatchObject({
      name,
      code: 'NOT_FOUND',
    });
  }
});
