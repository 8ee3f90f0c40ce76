import { AUDIT_EVENT_KINDS } from '@rollcall/domain/events/audit-event';
import { recordAttempt } from '@rollcall/domain/events/record-attempt';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countStatements } from './count-statements.ts';
import { type ApiClient, at, startTestAdminApi, textAt } from './harness.ts';
import { eachAt, recordingProvider } from './logs-testing.ts';
import { allowManualUpdates, idOf } from './users-testing.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const acme = await api.addAccount('acme');
const beta = await api.addAccount('beta');
await allowManualUpdates(api, acme);
const okta = recordingProvider(api, acme);
const created = await okta.send(async (idp) => {
  const { id } = await idp.post({ userName: 'ana@acme.io', licenseType: 'it' });
  return { resourceId: id };
});
await recordingProvider(api, beta).send(async (idp) => ({
  resourceId: (await idp.post({ userName: 'zoe@acme.io' })).id,
}));
const ana = await idOf(acme.admin, 'ana@acme.io');
const zoe = await idOf(beta.admin, 'zoe@acme.io');
const betweenTimes = await laterThanNow();
await acme.admin.mutate('userUpdate', { id: ana, title: 'Lead' }, 'user { id }');
const group = textAt(
  await acme.admin.mutate('groupCreate', { displayName: 'Sales' }, 'group { id }'),
  'group.id',
);
await acme.admin.mutate('groupMembersAdd', { groupId: group, userIds: [ana] }, 'group { id }');
const attempt = {
  kind: 'sign_in.refused',
  target: { kind: 'account' },
  detail: { address: 'mallory@acme.io' },
  alert: true,
} as const;
for (let times = 0; times < 3; times += 1) {
  await recordAttempt(api.db, { kind: 'system', name: 'sign-in' }, acme.accountId, attempt, new Date());
}

/** A moment that everything until now was before, and everything from now on is after. */
async function laterThanNow(): Promise<string> {
  const reached = Date.now();
  while (Date.now() <= reached + 1) await new Promise((resolveSoon) => setImmediate(resolveSoon));
  const moment = new Date(reached + 1).toISOString();
  return moment;
}

const LIST = `query ($filter: AuditEventFilter, $order: LogOrder! = OLDEST_FIRST, $first: Int, $after: String, $last: Int, $before: String) {
  account { auditEvents(filter: $filter, order: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { startCursor endCursor } edges { node { kind } } } } }`;

async function kinds(client: ApiClient, variables: Record<string, unknown>): Promise<readonly unknown[]> {
  const { data, errors } = await client.query(LIST, variables);
  expect(errors).toEqual([]);
  return eachAt(data, 'account.auditEvents.edges', 'node.kind');
}

describe('the audit log', () => {
  test.each<[string, object, readonly string[]]>([
    ['kinds', { kinds: ['user.changed', 'sign_in.refused'] }, ['user.changed', 'sign_in.refused']],
    ['an actor', { actor: okta.tokenId, actorKinds: ['SCIM_TOKEN'] }, []],
    ['kinds of actors', { actorKinds: ['SCIM_TOKEN'] }, ['user.created']],
    ['a target', { target: ana, kinds: ['user.created', 'user.changed'] }, ['user.created', 'user.changed']],
    ['a group', { target: group }, ['group.created', 'group.members_changed']],
    ['a person of another account', { target: zoe }, []],
    ['what is no target', { target: 'nothing' }, []],
    ['a target of another kind', { target: ana, targetKind: 'GROUP' }, []],
    ['a kind of target', { targetKind: 'GROUP', kinds: ['group.created'], target: group }, ['group.created']],
    ['alerts', { alertsOnly: true }, ['sign_in.refused']],
    ['a request', { requestId: created }, ['user.created']],
    ['a text', { text: 'MALLORY' }, ['sign_in.refused']],
    ['a time', { since: betweenTimes, kinds: ['user.created', 'user.changed'] }, ['user.changed']],
    ['the past', { until: '0001-01-01T00:00:00Z' }, []],
  ])('is filtered by %s', async (_title, filter, expected) => {
    expect(await kinds(acme.admin, { filter })).toEqual(expected);
    const { data } = await acme.admin.query(LIST, { filter });
    expect(at(data, 'account.auditEvents.totalCount')).toBe(expected.length);
  });

  test('is filtered by the script or the person that did it', async () => {
    const { data } = await acme.admin.query(
      '{ account { auditEvents(filter: { kinds: ["user.changed"] }) { edges { node { actor { kind nodeId } } } } } }',
    );
    expect(at(data, 'account.auditEvents.edges.0.node.actor.kind')).toBe('SERVICE_TOKEN');
    const actor = textAt(data, 'account.auditEvents.edges.0.node.actor.nodeId');
    expect(await kinds(acme.admin, { filter: { actor, targetKind: 'USER' } })).toEqual(['user.changed']);
    expect(await kinds(beta.admin, { filter: { actor } })).toEqual([]);
  });

  test('is read in pages from either end, forwards and backwards', async () => {
    const whole = await kinds(acme.admin, {});
    const turned = await kinds(acme.admin, { order: 'NEWEST_FIRST' });
    expect(turned).toEqual(whole.toReversed());
    const page = await acme.admin.query(LIST, { order: 'NEWEST_FIRST', first: 2 });
    const after = textAt(page.data, 'account.auditEvents.pageInfo.endCursor');
    const rest = { order: 'NEWEST_FIRST', after };
    expect(await kinds(acme.admin, rest)).toEqual(turned.slice(2));
    expect(await kinds(acme.admin, { order: 'NEWEST_FIRST', last: 1, before: after })).toEqual(
      turned.slice(0, 1),
    );
  });

  test('says what was wrong with a filter', async () => {
    const { errors } = await acme.admin.query(LIST, { filter: { kinds: ['user.eaten'] } });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    expect(JSON.stringify(errors)).toContain('user.eaten');
  });

  test('tells who did what to whom, before and after, and by which request', async () => {
    const query = `query ($filter: AuditEventFilter) { account { auditEvents(filter: $filter, order: OLDEST_FIRST) { edges { node {
      id kind alert occurrences lastAt actor { kind name user { id } } target { kind nodeId version user { id } group { id } }
      changes { field before after } detail request { requestId method path } provisioningEvent { requestId status } } } } } }`;
    const changed = await acme.admin.query(query, { filter: { kinds: ['user.changed'] } });
    expect(changed.errors).toEqual([]);
    const node = at(changed.data, 'account.auditEvents.edges.0.node') ?? null;
    expect(node).toMatchObject({
      actor: { kind: 'SERVICE_TOKEN', name: 'account_admin', user: null },
      target: { kind: 'USER', nodeId: ana, version: 2, user: { id: ana }, group: null },
      changes: [{ field: 'attributes.title', before: null, after: 'Lead' }],
      request: { method: 'POST', path: '/graphql' },
      provisioningEvent: null,
      occurrences: 1,
      lastAt: null,
    });
    const pushed = await acme.admin.query(query, { filter: { actorKinds: ['SCIM_TOKEN'] } });
    expect(at(pushed.data, 'account.auditEvents.edges.0.node')).toMatchObject({
      actor: { kind: 'SCIM_TOKEN', name: 'Okta' },
      provisioningEvent: { requestId: created, status: 201 },
    });
    const refused = await acme.admin.query(query, { filter: { alertsOnly: true } });
    expect(at(refused.data, 'account.auditEvents.edges.0.node')).toMatchObject({
      occurrences: 3,
      alert: true,
      detail: { address: 'mallory@acme.io' },
      target: { kind: 'ACCOUNT', nodeId: null },
    });
    const find = 'query ($id: ID!) { node(id: $id) { ... on AuditEvent { kind } } }';
    const id = textAt(node, 'id');
    expect((await acme.admin.query(find, { id })).data).toEqual({ node: { kind: 'user.changed' } });
    expect((await beta.admin.query(find, { id })).data).toEqual({ node: null });
    expect((await (await acme.as('billing_admin')).query(find, { id })).data).toEqual({ node: null });
  });

  test('costs no more statements for more events', async () => {
    const query = `{ account { auditEvents(order: OLDEST_FIRST, first: 50) { totalCount edges { node {
      actor { user { userName } } target { user { userName } group { displayName } } changes { field } provisioningEvent { id } } } } } }`;
    await acme.admin.query(query);
    const before = await countStatements(api.db, () => acme.admin.query(query));
    for (const title of ['Head', 'Boss'])
      await acme.admin.mutate('userUpdate', { id: ana, title }, 'user { id }');
    await okta.send(async (idp) => ({ resourceId: (await idp.post({ userName: 'bob@acme.io' })).id }));
    expect(await countStatements(api.db, () => acme.admin.query(query))).toBe(before);
  });

  test('has only kinds that the page about it lists', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/logs.md'), 'utf8');
    expect(AUDIT_EVENT_KINDS.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
  });
});

describe('history', async () => {
  const beforeGroups = await laterThanNow();
  const support = textAt(
    await acme.admin.mutate('groupCreate', { displayName: 'Support' }, 'group { id }'),
    'group.id',
  );
  await acme.admin.mutate('groupMembersAdd', { groupId: support, userIds: [ana] }, 'group { id }');
  const inSupport = await laterThanNow();
  await acme.admin.mutate('groupUpdate', { id: support, displayName: 'Help desk' }, 'group { id }');
  await acme.admin.mutate('groupMembersRemove', { groupId: support, userIds: [ana] }, 'group { id }');
  const renamed = await laterThanNow();
  await acme.admin.mutate('groupDelete', { id: support }, 'deletedGroupId');

  const GROUP = `query ($group: ID!, $from: DateTime!, $to: DateTime!) { account { groupHistory(group: $group) {
    at(moment: $from) { known knownSince existed fields members(first: 5) { totalCount pageInfo { endCursor } edges { node { user { id } } } } }
    difference(from: $from, to: $to) { known state { came went fields { field before after events { kind actor { kind } request { path } } } }
      members(first: 5) { totalCount edges { node { joined user { id } event { kind request { path } } } } } } } } }`;
  const USER = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { account { user(id: $id) { history {
    at(moment: $from) { known knownSince existed fields groups { displayName groupId group { id } } }
    difference(from: $from, to: $to) { known state { came fields { field before after events { actor { kind name } } } }
      groups { joined group { displayName } event { actor { kind } } } } } } } }`;

  test('of a person tells how they were, what changed since, and who changed it', async () => {
    const { data, errors } = await acme.admin.query(USER, { id: ana, from: betweenTimes, to: inSupport });
    expect(errors).toEqual([]);
    const then = at(data, 'account.user.history.at') ?? null;
    expect(then).toMatchObject({
      known: true,
      existed: true,
      fields: { userName: 'ana@acme.io', state: 'active' },
    });
    expect(at(then, 'fields.attributes.title')).toBeUndefined();
    expect(at(data, 'account.user.history.difference')).toMatchObject({
      known: true,
      state: {
        came: false,
        fields: [
          {
            field: 'attributes.title',
            before: null,
            events: [{ actor: { kind: 'SERVICE_TOKEN', name: 'account_admin' } }],
          },
        ],
      },
      groups: [
        { joined: true, group: { displayName: 'Sales' }, event: { actor: { kind: 'SERVICE_TOKEN' } } },
        { joined: true, group: { displayName: 'Support' } },
      ],
    });
    const early = await acme.admin.query(USER, { id: ana, from: '0000-01-01T00:00:00Z', to: inSupport });
    expect(at(early.data, 'account.user.history.at')).toEqual({
      known: true,
      knownSince: null,
      existed: false,
      fields: null,
      groups: [],
    });
  });

  test('of a group that is gone tells what it was, and who was in it', async () => {
    const variables = { group: support, from: inSupport, to: renamed };
    const { data, errors } = await acme.admin.query(GROUP, variables);
    expect(errors).toEqual([]);
    expect(at(data, 'account.groupHistory')).toMatchObject({
      at: {
        known: true,
        existed: true,
        fields: { displayName: 'Support' },
        members: { totalCount: 1, edges: [{ node: { user: { id: ana } } }] },
      },
      difference: {
        state: {
          came: false,
          went: false,
          fields: [
            {
              field: 'displayName',
              before: 'Support',
              after: 'Help desk',
              events: [{ kind: 'group.changed', request: { path: '/graphql' } }],
            },
          ],
        },
        members: { totalCount: 1, edges: [{ node: { joined: false, user: { id: ana } } }] },
      },
    });
    const gone = { groupHistory: null };
    expect((await beta.admin.query(GROUP, variables)).data).toEqual({ account: gone });
    expect((await acme.admin.query(GROUP, { ...variables, group: 'nothing' })).data).toEqual({
      account: gone,
    });
  });

  test('of the account tells which groups there were, in pages', async () => {
    const query = `query ($moment: DateTime!, $first: Int, $after: String, $last: Int, $before: String) { account {
      groupsAt(moment: $moment, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { endCursor } edges { node { displayName groupId group { displayName } } } } } }`;
    const names = async (variables: object) => {
      const { data, errors } = await acme.admin.query(query, { ...variables });
      expect(errors).toEqual([]);
      return eachAt(data, 'account.groupsAt.edges', 'node.displayName');
    };
    const defaults = ['Owner', 'Member', 'Everyone'];
    expect(await names({ moment: beforeGroups })).toEqual([...defaults, 'Sales']);
    expect(await names({ moment: inSupport })).toEqual([...defaults, 'Sales', 'Support']);
    expect(await names({ moment: renamed, last: 1 })).toEqual(['Help desk']);
    const { data } = await acme.admin.query(query, { moment: renamed, first: 4 });
    expect(at(data, 'account.groupsAt.totalCount')).toBe(5);
    const after = textAt(data, 'account.groupsAt.pageInfo.endCursor');
    expect(await names({ moment: renamed, after })).toEqual(['Help desk']);
  });

  test('says what cannot be told any longer, and since when it can be', async () => {
    const old = await api.addAccount('old');
    await recordingProvider(api, old).send(async (idp) => ({
      resourceId: (await idp.post({ userName: 'eva@acme.io' })).id,
    }));
    const moment = await laterThanNow();
    const eva = await idOf(old.admin, 'eva@acme.io');
    await allowManualUpdates(api, old);
    await old.admin.mutate('userUpdate', { id: eva, title: 'Boss' }, 'user { id }');
    const expired = await laterThanNow();
    await old.admin.mutate('userUpdate', { id: eva, title: 'Head' }, 'user { id }');
    await api.db
      .deleteFrom('audit_events')
      .where('account_id', '=', old.accountId)
      .where('at', '<', new Date(expired))
      .execute();
    const { data, errors } = await old.admin.query(USER, {
      id: eva,
      from: moment,
      to: new Date().toISOString(),
    });
    expect(errors).toEqual([]);
    const history = at(data, 'account.user.history') ?? null;
    expect(at(history, 'at')).toMatchObject({ known: false, existed: null, fields: null, groups: null });
    expect(Date.parse(textAt(history, 'at.knownSince'))).toBeGreaterThan(Date.parse(moment));
    expect(at(history, 'difference')).toEqual({ known: false, state: null, groups: null });
  });

  test('is refused in words where it cannot be asked so, and to whoever may not read logs', async () => {
    const backwards = await acme.admin.query(USER, { id: ana, from: renamed, to: inSupport });
    expect(at(backwards.data, 'account.user.history.difference')).toBeNull();
    expect(backwards.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    const billing = await (
      await acme.as('billing_admin')
    ).query(USER, { id: ana, from: inSupport, to: renamed });
    expect(billing.data).toEqual({ account: { user: { history: null } } });
    expect(billing.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const many = await acme.admin.query(
      `{ account { users(first: 100) { edges { node { history { at(moment: "${renamed}") { fields } } } } } } }`,
    );
    expect(many.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_LARGE' } }]);
  });
});
