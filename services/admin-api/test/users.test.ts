import { grant } from '@rollcall/domain/users/edit-testing';
import { isJsonArray, type JsonValue } from '@rollcall/domain/json';
import { afterAll, describe, expect, test } from 'vitest';
import { rowId } from '../src/graphql/global-ids.ts';
import { countStatements } from './count-statements.ts';
import { at, startTestAdminApi, textAt } from './harness.ts';
import { allowManualUpdates, idOf, providerOf } from './users-testing.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const LIST = `query ($filter: UserFilter, $orderBy: UserOrder, $first: Int, $after: String, $last: Int, $before: String) {
  account { users(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { userName } } } } }`;

function namesIn(data: JsonValue): readonly (JsonValue | undefined)[] {
  const edges = at(data, 'account.users.edges');
  return isJsonArray(edges) ? edges.map((edge) => at(edge, 'node.userName')) : [];
}

describe('the people of an account', async () => {
  const acme = await api.addAccount('people');
  await allowManualUpdates(api, acme);
  const okta = providerOf(api, acme);
  await okta.post({
    userName: 'ana@acme.io',
    licenseType: 'it',
    attributes: { displayName: 'Ana Ito', title: 'Lead' },
  });
  await okta.post({ userName: 'ben@elsewhere.io' });
  await okta.post({ userName: 'cho@acme.io', active: false });
  await acme.admin.mutate('userCreate', { userName: 'dan@acme.io', licenseType: 'READ_ONLY' }, 'user { id }');
  await acme.admin.mutate('userDelete', { id: await idOf(acme.admin, 'cho@acme.io') }, 'user { id }');

  test.each<[string, object, readonly string[]]>([
    ['all the living', {}, ['ana@acme.io', 'ben@elsewhere.io', 'dan@acme.io', 'olga@acme.io']],
    ['the deleted', { state: 'DELETED' }, ['cho@acme.io']],
    ['the invited', { state: 'INVITED' }, ['ben@elsewhere.io']],
    ['by license', { licenseType: 'IT', licenseSource: 'SCIM' }, ['ana@acme.io']],
    ['whom SCIM manages', { scimManaged: true }, ['ana@acme.io', 'ben@elsewhere.io']],
    ['by name', { search: 'ana IT' }, ['ana@acme.io']],
    ['since a time to come', { createdFrom: '2999-01-01T00:00:00Z' }, []],
    ['in a group that is none', { group: 'nothing' }, []],
    [
      'with nothing asked for',
      { search: null, state: null, group: null, scimManaged: null },
      ['ana@acme.io', 'ben@elsewhere.io', 'dan@acme.io', 'olga@acme.io'],
    ],
  ])('are found: %s', async (_title, filter, expected) => {
    const { data, errors } = await acme.admin.query(LIST, { filter });
    expect(errors).toEqual([]);
    expect(namesIn(data)).toEqual(expected);
    expect(at(data, 'account.users.totalCount')).toBe(expected.length);
  });

  test('are read in pages, forwards and backwards, in each order', async () => {
    for (const field of ['USER_NAME', 'CREATED_AT', 'UPDATED_AT']) {
      const orderBy = { field, direction: 'DESC' };
      const whole = namesIn((await acme.admin.query(LIST, { orderBy })).data);
      const first = await acme.admin.query(LIST, { orderBy, first: 3 });
      const after = textAt(first.data, 'account.users.pageInfo.endCursor');
      const rest = await acme.admin.query(LIST, { orderBy, first: 3, after });
      expect([namesIn(first.data), namesIn(rest.data)].flat()).toEqual(whole);
      expect(at(first.data, 'account.users.pageInfo')).toMatchObject({
        hasNextPage: true,
        hasPreviousPage: false,
      });
      expect(at(rest.data, 'account.users.pageInfo')).toMatchObject({
        hasNextPage: false,
        hasPreviousPage: true,
      });
      const before = textAt(rest.data, 'account.users.pageInfo.startCursor');
      const back = await acme.admin.query(LIST, { orderBy, last: 2, before });
      expect(namesIn(back.data)).toEqual(whole.slice(1, 3));
    }
  });

  test('of a cursor of another order are none, and it says so', async () => {
    const page = await acme.admin.query(LIST, { first: 1 });
    const after = textAt(page.data, 'account.users.pageInfo.endCursor');
    const orderBy = { field: 'UPDATED_AT' };
    const { errors } = await acme.admin.query(LIST, { orderBy, first: 1, after });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  test('are not for members, and not for another account', async () => {
    const member = await acme.as('member');
    const { data, errors } = await member.query(LIST);
    expect(data).toEqual({ account: { users: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const other = await api.addAccount('neighbour');
    const id = await idOf(acme.admin, 'ana@acme.io');
    const find = 'query ($id: ID!) { node(id: $id) { id } account { user(id: $id) { id } } }';
    const nobody = { node: null, account: { user: null } };
    expect((await other.admin.query(find, { id })).data).toEqual(nobody);
    expect((await member.query(find, { id })).data).toEqual(nobody);
    expect((await acme.admin.query(find, { id })).data).toEqual({ node: { id }, account: { user: { id } } });
  });
});

test('whether people can be made by hand is told before anybody tries', async () => {
  const acme = await api.addAccount('locked-account');
  const query = '{ account { lockedActions { action setting } } }';
  const locked = { action: 'USER_CREATE', setting: 'allowManualUpdates' };
  expect((await acme.admin.query(query)).data).toEqual({ account: { lockedActions: [locked] } });
  await allowManualUpdates(api, acme);
  expect((await acme.admin.query(query)).data).toEqual({ account: { lockedActions: [] } });
});

test('of one person everything is told: profile, license, why, and what is locked', async () => {
  const acme = await api.addAccount('one-person');
  const okta = providerOf(api, acme);
  await okta.post({
    userName: 'ana@acme.io',
    externalId: '00u1',
    licenseType: 'it',
    attributes: {
      displayName: 'Ana Ito',
      name: { givenName: 'Ana', familyName: 'Ito' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R&D' },
    },
  });
  const { data, errors } = await acme.admin.query(`{ account { user(userName: "ANA@acme.io") {
    state deletedBy userName pendingUserName name displayName givenName familyName title department
    emails { value type primary } signInEmail externalId scimManaged localAdministrator signInGroups erased version
    license { type source } assertedLicenseType manualLicenseType mayBeOverwritten
    licenseDecision { licenseType source steps { rule outcome reason } }
    lockedActions { action setting } attributes } } }`);
  expect(errors).toEqual([]);
  expect(at(data, 'account.user')).toEqual({
    state: 'ACTIVE',
    deletedBy: null,
    userName: 'ana@acme.io',
    pendingUserName: null,
    name: 'Ana Ito',
    displayName: 'Ana Ito',
    givenName: 'Ana',
    familyName: 'Ito',
    title: null,
    department: 'R&D',
    emails: [{ value: 'ana@acme.io', type: 'work', primary: true }],
    signInEmail: 'ana@acme.io',
    externalId: '00u1',
    scimManaged: true,
    localAdministrator: false,
    signInGroups: null,
    erased: false,
    version: 1,
    license: { type: 'IT', source: 'SCIM' },
    assertedLicenseType: 'IT',
    manualLicenseType: null,
    mayBeOverwritten: true,
    licenseDecision: {
      licenseType: 'IT',
      source: 'SCIM',
      steps: [
        {
          rule: 'SCIM_ATTRIBUTE',
          outcome: 'DECIDED',
          reason: 'The identity provider asserts licenseType "it".',
        },
      ],
    },
    lockedActions: [
      'USER_UPDATE',
      'USER_DEACTIVATE',
      'USER_REACTIVATE',
      'USER_DELETE',
      'USER_RESTORE',
      'USER_LICENSE_SET',
    ].map((action) => ({ action, setting: 'allowManualUpdates' })),
    attributes: {
      displayName: 'Ana Ito',
      name: { givenName: 'Ana', familyName: 'Ito' },
      emails: [{ value: 'ana@acme.io', type: 'work', primary: true }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R&D' },
    },
  });
});

test('fifty people with licenses, reasons and groups cost as many statements as one', async () => {
  const document = `{ account { users(first: 50) { totalCount edges { node { userName name
    license { type source } licenseDecision { source steps { rule reason } } lockedActions { action }
    memberships(first: 10) { edges { node { origin held group { displayName } user { userName } } } }
    permissionSets { permissionSet groups { displayName } } } } } } }`;
  const costs: number[] = [];
  for (const [slug, people] of [
    ['few', 1],
    ['many', 60],
  ] as const) {
    const account = await api.addAccount(slug);
    const okta = providerOf(api, account);
    const ids: string[] = [];
    for (let n = 0; n < people; n += 1) ids.push((await okta.post({ userName: `n${n}@acme.io` })).id);
    for (const set of ['member', 'account_viewer'] as const)
      await grant(api.db, account.accountId, [set], ids);
    const { errors } = await account.admin.query(document);
    expect(errors).toEqual([]);
    costs.push(await countStatements(api.db, () => account.admin.query(document)));
  }
  // Who asks and the account: two. The page, the total, the settings, memberships, groups, members and permission sets: seven. The
  // groups of both are read together where both are known at once, otherwise each by themselves.
  for (const cost of costs) expect([9, 10]).toContain(cost);
});

test('people are counted by state in one statement', async () => {
  const account = await api.addAccount('counted');
  const okta = providerOf(api, account);
  await okta.post({ userName: 'ana@acme.io' });
  await okta.post({ userName: 'bo@acme.io', active: false });
  const document = '{ account { peopleByState { state people } } }';
  const { data } = await account.admin.query(document);
  const { data: listed } = await account.admin.query(
    '{ account { active: users(filter: { state: ACTIVE }) { totalCount } invited: users(filter: { state: INVITED }) { totalCount } } }',
  );
  expect(data).toEqual({
    account: {
      peopleByState: [
        { state: 'ACTIVE', people: at(listed, 'account.active.totalCount') },
        { state: 'INVITED', people: at(listed, 'account.invited.totalCount') },
        { state: 'DEACTIVATED', people: 1 },
        { state: 'DELETED', people: 0 },
      ],
    },
  });
  const nothing = await countStatements(api.db, () => account.admin.query('{ account { id } }'));
  expect(await countStatements(api.db, () => account.admin.query(document))).toBe(nothing + 1);
});

test('the groups of a person are told with the origin, and the members of a group with the person', async () => {
  const acme = await api.addAccount('origins');
  const made = await acme.admin.mutate('groupCreate', { displayName: 'Team' }, 'group { id }');
  const id = await idOf(acme.admin, 'olga@acme.io');
  await acme.admin.mutate(
    'groupMembersAdd',
    { groupId: textAt(made, 'group.id'), userIds: [id] },
    'group { id }',
  );
  const { data, errors } = await acme.admin.query(`{ account {
    user(userName: "olga@acme.io") { memberships { totalCount edges { node { origin held groupName } } } }
    groups(filter: { search: "Team" }) { edges { node { members { edges { node { user { userName } } } } } } } } }`);
  expect(errors).toEqual([]);
  const names = at(data, 'account.user.memberships.edges');
  expect(isJsonArray(names) ? names.map((edge) => at(edge, 'node')) : []).toEqual([
    { origin: 'DEFAULT', held: false, groupName: 'Owner' },
    { origin: 'DEFAULT', held: false, groupName: 'Member' },
    { origin: 'DEFAULT', held: false, groupName: 'Everyone' },
    { origin: 'MANUAL', held: false, groupName: 'Team' },
  ]);
  expect(at(data, 'account.groups.edges.0.node.members.edges.0.node.user.userName')).toBe('olga@acme.io');
});

test('the permission sets of a person are told with the groups that give them, to whoever may read that', async () => {
  const acme = await api.addAccount('why-rights');
  const id = await idOf(acme.admin, 'olga@acme.io');
  const groupId = await grant(
    api.db,
    acme.accountId,
    ['account_admin', 'billing_admin'],
    [rowId(id, 'User')],
  );
  const displayName = `Group ${groupId}`;
  const query = `{ account { user(userName: "olga@acme.io") {
    permissionSets { permissionSet groups { displayName } } } } }`;
  const { data, errors } = await acme.admin.query(query);
  expect(errors).toEqual([]);
  expect(at(data, 'account.user.permissionSets')).toEqual([
    { permissionSet: 'ACCOUNT_ADMIN', groups: [{ displayName: 'Owner' }, { displayName }] },
    { permissionSet: 'BILLING_ADMIN', groups: [{ displayName }] },
    { permissionSet: 'MEMBER', groups: [{ displayName: 'Member' }] },
  ]);
  const denied = await (await acme.as('billing_admin')).query(query);
  expect(denied.data).toEqual({ account: { user: { permissionSets: null } } });
  expect(denied.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('a script is nobody: it has no profile', async () => {
  const acme = await api.addAccount('script');
  expect((await acme.admin.query('{ viewer { user { id } } }')).data).toEqual({ viewer: { user: null } });
});
