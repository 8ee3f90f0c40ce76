import { createScimToken, revokeScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { NotFoundError } from '@rollcall/domain/errors';
import { listEventsOfRequest } from '@rollcall/domain/events/list-audit-events';
import { newId } from '@rollcall/domain/ids';
import { findProvisioningEvent } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReplayOutcome } from '../src/replay/replay.ts';
import { NotReplayableError } from '../src/replay/replayable-request.ts';
import {
  addGroup,
  addUser,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';
import { REPLAY_CASES } from './replay-cases.ts';

let gateway: TestGateway;
let client: ScimClient;
let ana: string;
let sales: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('replayed', {
    owner: { email: 'owner@acme.io', givenName: 'Olu', familyName: 'Ade' },
    seats: [{ licenseType: 'read_only', limit: 1 }],
  });
  ana = await addUser(client, 'ana@acme.io');
  sales = await addGroup(client, 'Sales', [ana]);
  for (let index = 0; index < 5; index += 1) await addUser(client, `page-${index}@acme.io`);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function idOf(answer: ScimAnswer): string {
  return String(answer.headers['x-request-id']);
}

async function replayOf(answer: ScimAnswer): Promise<ReplayOutcome> {
  await gateway.log.flush();
  return gateway.replay.run(client.accountId, idOf(answer));
}

/** Every row of every table, those of the job queue included. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  await gateway.log.flush();
  const connection = await gateway.db.borrowClient();
  try {
    const { rows: tables } = await connection.query<{ name: string }>(`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
    const contents = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await connection.query<{ content: string }>(
        `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as content from ${name} t`,
      );
      contents.set(name, rows[0]?.content ?? '');
    }
    return contents;
  } finally {
    connection.release();
  }
}

/** Without what is new each time: ids, times, and the versions of people's groups. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/gu, 'id')
      .replaceAll(/(W\/\\+"\d+)-[0-9a-f]{12}/gu, '$1')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/gu, 'time'),
  );
}

async function changesOf(answer: ScimAnswer) {
  const events = await listEventsOfRequest(gateway.db, client.accountId, idOf(answer), 100);
  return events.map(({ kind, target, detail, alert }) => ({ kind, target, detail, alert }));
}

describe('a replay of a recorded request', () => {
  test.each(Object.entries(REPLAY_CASES))(
    'says what sending it again does, and leaves nothing: %s',
    async (_, each) => {
      const world = { client, ana, user: `/Users/${ana}`, group: `/Groups/${sales}` };
      const sent = await each.send(world);
      await each.between?.(world, sent);
      const before = await everything();
      const outcome = await replayOf(sent);
      expect(await everything()).toEqual(before);
      const again = await client.send(await requestOf(sent));
      const { status, scimType, errorDetail, version, body, changes } = outcome;
      expect(status).toBe(again.status);
      expect([scimType ?? undefined, errorDetail ?? undefined]).toEqual(refusalOf(again));
      expect(version ?? undefined).toBe(again.headers['etag']);
      expect(comparable(body)).toEqual(again.text === '' ? null : comparable(again.body));
      const told = changes.map(({ kind, target, detail, alert }) => ({ kind, target, detail, alert }));
      const alerts = outcome.alerts.map(({ kind }) => kind);
      const really = await changesOf(again);
      expect(comparable(told)).toEqual(comparable(really.filter(({ kind }) => !alerts.includes(kind))));
      // Equal refusals of a minute are one event, which names the first of their requests.
      const raised = [...(await changesOf(sent)), ...really].map(({ kind }) => kind);
      expect(alerts).toEqual([...new Set(raised.filter((kind) => alerts.includes(kind)))]);
    },
  );

  test('shows how it is read, and what the token can do now', async () => {
    const { token, id } = await inTransaction(gateway.db, async (trx) => {
      const made = await createScimToken(trx, OPERATOR, client.accountId, { name: 'second' }, new Date());
      return { token: made.value, id: made.token.id };
    });
    const other = { authorization: `Bearer ${token}` };
    const sent = await client.patch(
      `/Users/${ana}`,
      [{ op: 'Replace', path: 'active', value: 'True' }],
      other,
    );
    const before = await replayOf(sent);
    expect(before.leniencies.map(({ code }) => code).toSorted()).toEqual(['boolean-as-text', 'op-case']);
    expect(before.isTokenInForce).toBe(true);
    await inTransaction(gateway.db, (trx) =>
      revokeScimToken(trx, OPERATOR, client.accountId, id, new Date()),
    );
    expect((await replayOf(sent)).isTokenInForce).toBe(false);
  });

  test('shows the alert that a refusal would raise, and raises none', async () => {
    const { resources } = await client.get('/Users?filter=userName eq "owner@acme.io"');
    const sent = await client.delete(`/Users/${textOf(resources[0]?.['id'])}`);
    const before = await everything();
    const { status, alerts } = await replayOf(sent);
    expect([status, alerts.map(({ kind, alert }) => [kind, alert])]).toEqual([
      409,
      [['user.change_refused', true]],
    ]);
    expect(await everything()).toEqual(before);
  });

  test('is refused where the record is not the request as it came', async () => {
    const long = await client.post('/Groups', groupBody('Long', [], { externalId: 'x'.repeat(9_000) }));
    const secret = await client.post(
      '/Users',
      userBody('eve@acme.io', { nickName: 'Bearer abcdef1234567890' }),
    );
    const broken = await client.send({ method: 'POST', path: '/Users', payload: '{"broken' });
    const path = await client.get('/Users?filter=password%20eq%20%22hunter2%22');
    const large = await client.get('/Users', { accept: 'image/png' });
    for (const [answer, reason] of [
      [long, /incomplete at externalId/],
      [secret, /incomplete at nickName/],
      [broken, /no JSON/],
      [path, /path was recorded in part/],
      [large, /headers or a size/],
    ] as const) {
      const refused = replayOf(answer);
      await expect(refused).rejects.toBeInstanceOf(NotReplayableError);
      await expect(refused).rejects.toThrow(reason);
    }
  });

  test('beside the real writes of the same group hinders none of them, and is not in their way', async () => {
    const people = await Promise.all([1, 2, 3, 4].map((index) => addUser(client, `race-${index}@acme.io`)));
    const race = await addGroup(client, 'Race');
    const [first = ''] = people;
    const sent = await client.patch(`/Groups/${race}`, [
      { op: 'add', path: 'members', value: [{ value: first }] },
    ]);
    await gateway.log.flush();
    const replays = Array.from({ length: 6 }, () => gateway.replay.run(client.accountId, idOf(sent)));
    const writes = people.map((value) =>
      client.patch(`/Groups/${race}`, [{ op: 'add', path: 'members', value: [{ value }] }]),
    );
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect((await Promise.all(replays)).map(({ status }) => status)).toEqual(Array(6).fill(204));
    expect(await membersOf(client, race)).toEqual(people.toSorted());
  });

  test('is not found for another account, and for what is no event', async () => {
    const stranger = await gateway.addAccount('stranger');
    const sent = await stranger.get('/Users');
    await gateway.log.flush();
    for (const id of [idOf(sent), newId(), 'no id']) {
      await expect(gateway.replay.run(client.accountId, id)).rejects.toBeInstanceOf(NotFoundError);
    }
    expect((await gateway.replay.run(stranger.accountId, idOf(sent))).status).toBe(200);
  });

  test('nothing of this was logged as an error', () => {
    expect(gateway.errorsLogged()).toEqual([]);
  });
});

/** The recorded request, to be sent again. */
async function requestOf(answer: ScimAnswer) {
  await gateway.log.flush();
  const event = await findProvisioningEvent(gateway.db, client.accountId, idOf(answer));
  if (event === undefined) throw new Error('The request was not recorded.');
  const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find((known) => known === event.method);
  if (method === undefined) throw new Error(`${event.method} is not sent by these tests.`);
  const { ifMatch, ifNoneMatch } = event.preconditions ?? {};
  return {
    method,
    path: event.path.slice(client.base.length),
    headers: {
      ...(event.requestBody !== null && { 'content-type': 'application/scim+json' }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    },
    ...(event.requestBody !== null && { payload: JSON.stringify(event.requestBody) }),
  };
}

function refusalOf({ status, body, detail }: ScimAnswer): readonly unknown[] {
  if (status >= 400) return [typeof body['scimType'] === 'string' ? body['scimType'] : undefined, detail];
  const operations = JSON.stringify(body['Operations'] ?? []);
  if (!operations.includes('"response"')) return [undefined, undefined];
  return [expect.any(String), expect.stringContaining('operations were refused')];
}
