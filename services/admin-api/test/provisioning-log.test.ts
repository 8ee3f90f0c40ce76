import { newId } from '@rollcall/domain/ids';
import { isJsonArray, type JsonValue } from '@rollcall/domain/json';
import { SETTLED_AFTER_MS } from '@rollcall/domain/provisioning-log/follow-provisioning-log';
import { openProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import { provisioningEvent, recordEvents } from '@rollcall/domain/provisioning-log/provisioning-log-testing';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { countStatements } from './count-statements.ts';
import { type ApiClient, at, startTestAdminApi, textAt } from './harness.ts';
import { eachAt, recordingProvider } from './logs-testing.ts';
import { idOf } from './users-testing.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const LIST = `query ($filter: ProvisioningEventFilter, $order: LogOrder! = OLDEST_FIRST, $first: Int, $after: String, $last: Int, $before: String) {
  account { provisioningEvents(filter: $filter, order: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { node { requestId } } } } }`;

const acme = await api.addAccount('acme');
const made = await acme.admin.mutate('scimTokenCreate', { name: 'Okta' }, 'value scimToken { id }');
const tokenValue = textAt(made, 'value');
const token = textAt(made, 'scimToken.id');
const okta = recordingProvider(api, acme, rowOf(token));
const created = await okta.send(async (idp) => {
  const { id } = await idp.post({ userName: 'ana@acme.io', licenseType: 'it' });
  return {
    resourceId: id,
    requestBody: { userName: 'ana@acme.io', password: 'hunter2', note: `Bearer ${tokenValue}` },
    leniencies: [{ code: 'op-case', text: 'Read the operators of a PATCH ignoring case' }],
    preconditions: { ifMatch: 'W/"1"' },
    answer: { version: 'W/"1"' },
  };
});
const refused = await okta.send(async () => ({
  status: 409,
  scimType: 'uniqueness',
  errorDetail: 'The user name is taken.',
  resourceId: null,
}));
const read = await okta.send(async () => ({
  method: 'GET',
  status: 200,
  resourceType: 'Group',
  resourceId: null,
  path: `/scim/v2/a/Groups?filter=displayName+eq+%22x%22&token=${tokenValue}`,
  requestBody: undefined,
}));
const ids = [created, refused, read];
const beta = await api.addAccount('beta');
const strangers = await recordingProvider(api, beta).send(async (idp) => ({
  resourceId: (await idp.post({ userName: 'zoe@acme.io' })).id,
}));

function rowOf(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1] ?? '';
}

async function listed(
  client: ApiClient,
  variables: Record<string, unknown> = {},
): Promise<readonly number[]> {
  const { data, errors } = await client.query(LIST, variables);
  expect(errors).toEqual([]);
  return eachAt(data, 'account.provisioningEvents.edges', 'node.requestId').map((id) =>
    ids.findIndex((known) => known === id),
  );
}

describe('the provisioning log', () => {
  test.each<[string, () => Promise<object> | object, readonly number[]]>([
    ['all', () => ({}), [0, 1, 2]],
    ['with nothing asked for', () => ({ since: null, methods: null, user: null, text: null }), [0, 1, 2]],
    ['failures', () => ({ failedOnly: true }), [1]],
    ['a status', () => ({ status: 201 }), [0]],
    ['a class of status', () => ({ statusClass: 'SUCCESS' }), [0, 2]],
    ['a kind of refusal', () => ({ scimType: 'uniqueness' }), [1]],
    ['methods', () => ({ methods: ['GET', 'DELETE'] }), [2]],
    ['a type of resource', () => ({ resourceType: 'Group' }), [2]],
    ['a person', async () => ({ user: await idOf(acme.admin, 'ana@acme.io') }), [0]],
    ['a person of another account', async () => ({ user: await idOf(beta.admin, 'zoe@acme.io') }), []],
    ['a resource', async () => ({ resourceId: rowOf(await idOf(acme.admin, 'ana@acme.io')) }), [0]],
    ['what is no group', async () => ({ group: await idOf(acme.admin, 'ana@acme.io') }), []],
    ['a token', () => ({ token }), [0, 1, 2]],
    ['what is no token', () => ({ token: 'nothing' }), []],
    ['leniencies', () => ({ readLeniently: true }), [0]],
    ['a text', () => ({ text: 'NAME IS TAKEN' }), [1]],
    ['a range of time', () => ({ since: '0001-01-01T00:00:00Z', until: '2999-01-01T00:00:00Z' }), [0, 1, 2]],
    ['the year 0', () => ({ until: '0000-01-01T00:00:00Z', since: '0000-01-01T00:00:00Z' }), []],
    ['a NUL', () => ({ scimType: '\0', resourceType: '\0', resourceId: '\0' }), []],
    ['the future', () => ({ since: '2999-01-01T00:00:00Z' }), []],
  ])('is filtered by %s', async (_title, filter, expected) => {
    const variables = { filter: await filter() };
    expect(await listed(acme.admin, variables)).toEqual(expected);
    const { data } = await acme.admin.query(LIST, variables);
    expect(at(data, 'account.provisioningEvents.totalCount')).toBe(expected.length);
  });

  test('is read in pages from either end, forwards and backwards', async () => {
    for (const order of ['NEWEST_FIRST', 'OLDEST_FIRST']) {
      const whole = order === 'OLDEST_FIRST' ? [0, 1, 2] : [2, 1, 0];
      const page = await acme.admin.query(LIST, { order, first: 2 });
      const after = textAt(page.data, 'account.provisioningEvents.pageInfo.endCursor');
      expect(await listed(acme.admin, { order, first: 2 })).toEqual(whole.slice(0, 2));
      expect(await listed(acme.admin, { order, first: 2, after })).toEqual(whole.slice(2));
      expect(await listed(acme.admin, { order, last: 1, before: after })).toEqual(whole.slice(0, 1));
      expect(await listed(acme.admin, { order, last: 2 })).toEqual(whole.slice(1));
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ['two resources', { filter: { resourceId: newId(), user: 'x' } }],
    ['a blank text', { filter: { text: ' ' } }],
    ['a cursor of nothing', { after: 'nothing' }],
    ['a page without end', { first: 201 }],
  ])('refuses %s in words', async (_title, variables) => {
    const { status, errors } = await acme.admin.query(LIST, variables);
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  test('tells everything of one request, and no secret', async () => {
    const { data } = await acme.admin.query(LIST);
    expect(data).toMatchObject({ account: { provisioningEvents: { totalCount: 3 } } });
    const one = await acme.admin.query(
      `query ($filter: ProvisioningEventFilter) { account { provisioningEvents(filter: $filter) { edges { node { id } } } } }`,
      { filter: { readLeniently: true } },
    );
    const id = textAt(one.data, 'account.provisioningEvents.edges.0.node.id');
    const { data: found, errors, text } = await acme.admin.query(EVENT, { id });
    expect(errors).toEqual([]);
    expect(found).toEqual({
      node: {
        requestId: created,
        method: 'POST',
        status: 201,
        address: '192.0.2.1',
        token: { name: 'Okta' },
        resourceType: 'User',
        user: { userName: 'ana@acme.io' },
        group: null,
        reading: [{ leniency: 'op-case', text: 'Read the operators of a PATCH ignoring case' }],
        preconditions: { ifMatch: 'W/"1"', ifNoneMatch: null },
        requestBody: { userName: 'ana@acme.io', password: '[redacted]', note: 'Bearer [redacted]' },
        answer: { version: 'W/"1"' },
        auditEvents: {
          totalCount: 1,
          edges: [
            {
              node: {
                kind: 'user.created',
                actor: { kind: 'SCIM_TOKEN', name: 'Okta', nodeId: token },
                request: { requestId: created },
                provisioningEvent: { id },
              },
            },
          ],
        },
      },
    });
    expect(text).not.toContain('hunter2');
    const paths = await acme.admin.query(
      '{ account { provisioningEvents(first: 9) { edges { node { path requestBody } } } } }',
    );
    expect(paths.text).not.toContain(tokenValue);
    const stranger = await beta.admin.query(EVENT, { id });
    expect(stranger.data).toEqual({ node: null });
    const viewer = await (await acme.as('account_viewer')).query(EVENT, { id });
    expect(viewer.data).toEqual(found);
    for (const set of ['billing_admin', 'member'] as const) {
      expect((await (await acme.as(set)).query(EVENT, { id })).data).toEqual({ node: null });
    }
  });

  test('shows no account the requests of another', async () => {
    const { data } = await beta.admin.query(LIST);
    expect(at(data, 'account.provisioningEvents.edges')).toEqual([{ node: { requestId: strangers } }]);
  });

  test('costs no more statements for more requests', async () => {
    await acme.admin.query(withEverything(1));
    const one = await countStatements(api.db, () => acme.admin.query(withEverything(1)));
    await okta.send(async (idp) => ({ resourceId: (await idp.post({ userName: 'bob@acme.io' })).id }));
    expect(await countStatements(api.db, () => acme.admin.query(withEverything(50)))).toBe(one);
  });
});

describe('what became of the requests of the last hours', () => {
  const OUTCOMES = `query ($hours: Int! = 24) { account { provisioningOutcomes(hours: $hours) { hour accepted refused failed } } }`;

  test('is told hour by hour, in one statement, to whoever may read the log', async () => {
    const hourly = await api.addAccount('hourly');
    const thisHour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const at = (hoursAgo: number, status: number) =>
      provisioningEvent(hourly.accountId, { at: new Date(thisHour - hoursAgo * 3_600_000), status });
    await recordEvents(api.db, [at(0, 201), at(0, 204), at(0, 409), at(23, 500), at(24, 201)]);
    const viewer = await hourly.as('account_viewer');
    const { data, errors } = await viewer.query(OUTCOMES);
    expect(errors).toEqual([]);
    const hours = hoursIn(data);
    expect(hours).toHaveLength(24);
    expect(hours[0]).toMatchObject({ accepted: 0, refused: 0, failed: 1 });
    expect(hours[23]).toEqual({ hour: new Date(thisHour).toISOString(), accepted: 2, refused: 1, failed: 0 });
    const nothing = await countStatements(api.db, () => viewer.query('{ account { id } }'));
    expect(await countStatements(api.db, () => viewer.query(OUTCOMES))).toBe(nothing + 1);
    const refusedHours = await viewer.query(OUTCOMES, { hours: 0 });
    expect(refusedHours.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});

function hoursIn(data: JsonValue): readonly JsonValue[] {
  const hours = at(data, 'account.provisioningOutcomes') ?? null;
  return isJsonArray(hours) ? hours : [];
}

const withEverything = (
  first: number,
) => `{ account { provisioningEvents(order: OLDEST_FIRST, first: ${first}) { totalCount edges { node {
      token { name } user { userName } group { displayName }
      auditEvents(first: 5) { totalCount edges { node { kind actor { user { id } } target { user { id } group { id } } provisioningEvent { id } } } } } } } } }`;

const EVENT = `query ($id: ID!) { node(id: $id) { ... on ProvisioningEvent {
  requestId method status address token { name } resourceType user { userName } group { id }
  reading { leniency text } preconditions { ifMatch ifNoneMatch } requestBody answer
  auditEvents(first: 5) { totalCount edges { node { kind actor { kind name nodeId } request { requestId } provisioningEvent { id } } } } } } }`;

describe('whoever follows the log', () => {
  const NEWS = `query ($after: String, $first: Int! = 100, $filter: ProvisioningEventFilter) {
    account { provisioningLogNews(after: $after, first: $first, filter: $filter) {
      cursor hasMore pollAfterMs events { requestId } } } }`;

  test('is given each request once, in the order of writing, and told when to ask again', async () => {
    const gamma = await api.addAccount('gamma');
    await recordEvents(api.db, [provisioningEvent(gamma.accountId)]);
    const news = async (after: string | null, first = 2) => {
      const { data, errors } = await gamma.admin.query(NEWS, { after, first });
      expect(errors).toEqual([]);
      const page = at(data, 'account.provisioningLogNews') ?? null;
      return {
        ids: eachAt(page, 'events', 'requestId'),
        cursor: textAt(page, 'cursor'),
        rest: [at(page, 'hasMore'), at(page, 'pollAfterMs')],
      };
    };
    const start = await news(null);
    expect(start).toMatchObject({ ids: [], rest: [false, 2_000] });
    const events = Array.from({ length: 3 }, () => provisioningEvent(gamma.accountId));
    const later = events.toReversed();
    // The one that began last is written first, by a process of its own.
    for (const event of later) await recordEvents(api.db, [event]);
    await recordEvents(api.db, [provisioningEvent(beta.accountId)]);
    let { cursor } = start;
    const seen: unknown[] = [];
    await vi.waitFor(
      async () => {
        const page = await news(cursor);
        seen.push(...page.ids);
        ({ cursor } = page);
        expect(page.rest).toEqual(page.rest[0] === true ? [true, 0] : [false, 2_000]);
        // The one before may have been written less than a second before the cursor.
        expect(seen.slice(-3)).toEqual(later.map(({ id }) => id));
      },
      { timeout: SETTLED_AFTER_MS * 5, interval: 100 },
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThanOrEqual(4);
    expect((await news(cursor)).ids).toEqual([]);
  });

  test('misses nothing of what several processes write at the same time', async () => {
    const busy = await api.addAccount('busy');
    const start = await busy.admin.query(NEWS);
    let cursor = textAt(start.data, 'account.provisioningLogNews.cursor');
    const written: string[] = [];
    const seen: unknown[] = [];
    const write = async () => {
      for (let round = 0; round < 8; round += 1) {
        const events = Array.from({ length: 5 }, () => provisioningEvent(busy.accountId));
        await recordEvents(api.db, events.toReversed());
        written.push(...events.map(({ id }) => id));
      }
    };
    const look = async () => {
      const { data } = await busy.admin.query(NEWS, { after: cursor, first: 7 });
      seen.push(...eachAt(data, 'account.provisioningLogNews.events', 'requestId'));
      cursor = textAt(data, 'account.provisioningLogNews.cursor');
    };
    const writing = Promise.all(Array.from({ length: 6 }, write));
    while (written.length < 240) await look();
    await writing;
    await vi.waitFor(
      async () => {
        await look();
        expect(new Set(seen).size).toBe(240);
      },
      { timeout: SETTLED_AFTER_MS * 10, interval: 20 },
    );
    expect(new Set(seen)).toEqual(new Set(written));
  });

  test.each<[string, object]>([
    ['a cursor of another list', { after: 'nothing' }],
    ['too many at once', { first: 201 }],
    ['none at once', { first: 0 }],
  ])('is refused %s', async (_title, variables) => {
    const { errors } = await acme.admin.query(NEWS, { ...variables });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});

test('requests without a valid token are counted by hour and address', async () => {
  {
    await using log = openProvisioningLog(api.db, {
      onError: (error) => {
        throw error;
      },
    });
    const hours = ['2026-11-22T08:10:00Z', '2026-11-22T08:20:00Z', '2026-11-22T09:00:00Z'];
    for (const hour of hours) log.countRejected(acme.accountId, '192.0.2.7', new Date(hour));
    log.countRejected(beta.accountId, '192.0.2.8', new Date());
  }
  const query = `query ($filter: RejectedRequestsFilter, $first: Int, $after: String) { account { rejectedRequests(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } edges { node { hour address amount } } } } }`;
  const rows = [
    { node: { hour: '2026-11-22T09:00:00.000Z', address: '192.0.2.7', amount: 1 } },
    { node: { hour: '2026-11-22T08:00:00.000Z', address: '192.0.2.7', amount: 2 } },
  ];
  const first = await acme.admin.query(query, { first: 1 });
  expect(at(first.data, 'account.rejectedRequests')).toMatchObject({
    totalCount: 2,
    edges: rows.slice(0, 1),
  });
  const after = textAt(first.data, 'account.rejectedRequests.pageInfo.endCursor');
  const second = await acme.admin.query(query, { first: 1, after });
  expect(at(second.data, 'account.rejectedRequests')).toMatchObject({
    edges: rows.slice(1),
    pageInfo: { hasNextPage: false },
  });
  const until = await acme.admin.query(query, {
    filter: { until: '2026-11-22T09:00:00Z', address: '192.0.2.7' },
  });
  expect(at(until.data, 'account.rejectedRequests.edges')).toEqual(rows.slice(1));
  const elsewhere = await acme.admin.query(query, {
    after: textAt((await acme.admin.query(LIST)).data, 'account.provisioningEvents.pageInfo.endCursor'),
  });
  expect(elsewhere.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
});
