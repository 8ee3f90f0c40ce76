import { isJsonArray } from '@rollcall/domain/json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countStatements } from './count-statements.ts';
import { givenGroup, givenPeople } from './groups-testing.ts';
import { type ApiClient, at, startTestAdminApi, type TestAccount, textAt } from './harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const LIST = `query ($filter: GroupFilter, $orderBy: GroupOrder, $first: Int, $after: String, $last: Int, $before: String) {
  account { groups(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { displayName } } } } }`;

async function listed(client: ApiClient, variables: Record<string, unknown>) {
  const { data, errors } = await client.query(LIST, variables);
  expect(errors).toEqual([]);
  const edges = at(data, 'account.groups.edges') ?? null;
  const names = isJsonArray(edges) ? edges.map((edge) => textAt(edge, 'node.displayName')) : [];
  return {
    names,
    totalCount: at(data, 'account.groups.totalCount'),
    pageInfo: at(data, 'account.groups.pageInfo'),
  };
}

describe('the groups of an account', () => {
  let acme: TestAccount;

  beforeAll(async () => {
    acme = await api.addAccount('lists');
    const [ana = ''] = await givenPeople(api, acme, 'ana');
    const sales = await givenGroup(acme.admin, 'Sales EMEA', [ana]);
    await givenGroup(acme.admin, 'sales APAC');
    const input = { groupId: sales, permissionSet: 'BILLING_ADMIN' };
    await acme.admin.mutate('groupPermissionSetGrant', input, 'group { id }');
    await acme.admin.mutate('groupSsoMappingSet', { groupId: sales, idpGroups: ['s'] }, 'group { id }');
  });

  test('are all there, default groups included, by name, with their exact number', async () => {
    expect(await listed(acme.admin, {})).toMatchObject({
      names: ['Everyone', 'Member', 'Owner', 'sales APAC', 'Sales EMEA'],
      totalCount: 5,
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
    });
  });

  test.each([
    ['a part of the name', { search: 'sales' }, ['sales APAC', 'Sales EMEA']],
    ['what the identity provider manages', { scimManaged: true }, []],
    ['default groups', { defaultGroup: true }, ['Everyone', 'Member', 'Owner']],
    ['those that people join by default', { assignByDefault: true }, ['Everyone', 'Member']],
    ['mapped ones', { ssoMapped: true }, ['Sales EMEA']],
    ['a permission set', { permissionSet: 'BILLING_ADMIN' }, ['Sales EMEA']],
    ['the id of nobody', { member: 'nonsense' }, []],
  ])('are found by %s', async (_, filter, names) => {
    expect(await listed(acme.admin, { filter })).toMatchObject({ names, totalCount: names.length });
  });

  test('are found by a member', async () => {
    const [ben = ''] = await givenPeople(api, acme, 'ben');
    const owner = textAt(
      (
        await acme.admin.query(
          '{ account { groups(filter: { search: "owner" }) { edges { node { id } } } } }',
        )
      ).data,
      'account.groups.edges.0.node.id',
    );
    await acme.admin.mutate('groupMembersAdd', { groupId: owner, userIds: [ben] }, 'group { id }');
    const filter = { member: ben, assignByDefault: false };
    expect(await listed(acme.admin, { filter })).toMatchObject({ names: ['Owner'], totalCount: 1 });
  });

  test('are turned page by page in both directions', async () => {
    const first = await listed(acme.admin, { first: 2 });
    expect(first).toMatchObject({ names: ['Everyone', 'Member'], pageInfo: { hasNextPage: true } });
    const after = textAt(first.pageInfo ?? null, 'endCursor');
    const second = await listed(acme.admin, { first: 2, after });
    expect(second).toMatchObject({
      names: ['Owner', 'sales APAC'],
      totalCount: 5,
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
    const before = textAt(second.pageInfo ?? null, 'startCursor');
    expect(await listed(acme.admin, { last: 1, before })).toMatchObject({
      names: ['Member'],
      pageInfo: { hasPreviousPage: true },
    });
    const orderBy = { field: 'CREATED_AT', direction: 'DESC' };
    expect(await listed(acme.admin, { orderBy, first: 1 })).toMatchObject({ names: ['sales APAC'] });
  });

  test('say what they carry, what is locked, and how many are in them', async () => {
    const { data } = await acme.admin.query(`{ account { groups(filter: { search: "emea" }) { edges { node {
      displayName externalId scimManaged defaultGroup assignByDefault permissionSets ssoMapping attributes version
      mayBeOverwritten lockedActions { action } memberCount { atLeast isExact }
      members { totalCount edges { node { origin held group { displayName } } } } } } } } }`);
    expect(at(data, 'account.groups.edges.0.node')).toEqual({
      displayName: 'Sales EMEA',
      externalId: null,
      scimManaged: false,
      defaultGroup: null,
      assignByDefault: false,
      permissionSets: ['BILLING_ADMIN'],
      ssoMapping: ['s'],
      attributes: {},
      version: 3,
      mayBeOverwritten: false,
      lockedActions: [],
      memberCount: { atLeast: 1, isExact: true },
      members: {
        totalCount: 1,
        edges: [{ node: { origin: 'MANUAL', held: false, group: { displayName: 'Sales EMEA' } } }],
      },
    });
  });

  test('are not for members; their permission sets are not for billing administrators', async () => {
    const billing = await acme.as('billing_admin');
    const { data, errors } = await billing.query(
      '{ account { groups(first: 1) { edges { node { displayName permissionSets } } } } }',
    );
    expect(at(data, 'account.groups.edges.0.node')).toEqual({
      displayName: 'Everyone',
      permissionSets: null,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const filtered = await billing.query(LIST, { filter: { permissionSet: 'ACCOUNT_ADMIN' } });
    expect(at(filtered.data, 'account.groups')).toBeNull();
    const member = await acme.as('member');
    expect((await member.query(LIST)).data).toEqual({ account: { groups: null } });
  });

  test('cost as many statements with many groups and members as with few', async () => {
    const cost = async (account: TestAccount): Promise<number> => {
      const document = `{ account { groups(first: 100) { totalCount edges { node {
        displayName permissionSets ssoMapping lockedActions { action } memberCount { atLeast }
        members(first: 3) { totalCount edges { node { origin group { displayName } } } } } } } } }`;
      const { errors } = await account.admin.query(document);
      expect(errors).toEqual([]);
      return countStatements(api.db, () => account.admin.query(document));
    };
    const few = await api.addAccount('few');
    const many = await api.addAccount('many');
    const people = await givenPeople(api, many, 'a', 'b', 'c', 'd');
    for (let index = 0; index < 20; index += 1) {
      await givenGroup(many.admin, `Group ${index}`, people.slice(index % 4));
    }
    expect(await cost(many)).toBe(await cost(few));
  });
});

describe('one group', () => {
  test('is found by its id, in its own account alone', async () => {
    const [acme, other] = [await api.addAccount('node-a'), await api.addAccount('node-b')];
    const id = await givenGroup(acme.admin, 'Team');
    const document = 'query ($id: ID!) { node(id: $id) { id ... on Group { displayName } } }';
    expect((await acme.admin.query(document, { id })).data).toEqual({ node: { id, displayName: 'Team' } });
    expect((await other.admin.query(document, { id })).data).toEqual({ node: null });
    expect((await (await acme.as('member')).query(document, { id })).data).toEqual({ node: null });
  });

  test('has its members in pages from both ends, with the origin of each', async () => {
    const acme = await api.addAccount('members');
    const people = await givenPeople(api, acme, 'a', 'b', 'c');
    const id = await givenGroup(acme.admin, 'Team', people);
    const page = async (args: string) => {
      const { data } = await acme.admin.query(
        `query ($id: ID!) { node(id: $id) { ... on Group { members(${args}) {
          totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { addedAt origin } } } } } }`,
        { id },
      );
      return at(data, 'node.members') ?? null;
    };
    const first = await page('first: 2');
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await page(`first: 2, after: ${JSON.stringify(textAt(first, 'pageInfo.endCursor'))}`);
    expect(rest).toMatchObject({ edges: [{ node: { origin: 'MANUAL' } }], pageInfo: { hasNextPage: false } });
    const before = await page(`last: 2, before: ${JSON.stringify(textAt(rest, 'pageInfo.startCursor'))}`);
    expect(at(before, 'pageInfo.startCursor')).toBe(at(first, 'pageInfo.startCursor'));
  });
});
