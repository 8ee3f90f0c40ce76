import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { appendAuditEvent } from './append-audit-event.ts';
import type { AuditEventFilter } from './audit-event-filter.ts';
import type { AuditEventInput } from './audit-event.ts';
import {
  countAuditEvents,
  findAuditEventsById,
  listAuditEvents,
  listEventsOfRequest,
} from './list-audit-events.ts';
import { countEventsOfRequests, type EventsCut, listEventsOfRequests } from './list-events-of-requests.ts';
import type { LogPage } from './log-page.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const AT = new Date('2026-11-22T08:00:00.000Z');
const MINUTE = 60_000;
const administratorId = newId();
const tokenId = newId();
const userId = newId();
const groupId = newId();
const requestId = newId();

const ADMINISTRATOR: Actor = { kind: 'administrator', id: administratorId, name: 'Olu Ade' };
const IDP: Actor = {
  kind: 'scim_token',
  id: tokenId,
  name: 'Okta',
  request: { id: requestId, method: 'PATCH', path: '/scim/v2/a/Groups/1' },
};
const OPERATOR: Actor = { kind: 'operator', name: 'operator' };

let accountId: string;
let strangerId: string;
let ids: readonly string[];

beforeAll(async () => {
  ({ accountId } = await givenAccount(db));
  ({ accountId: strangerId } = await givenAccount(db));
  const told: readonly [Actor, AuditEventInput][] = [
    [IDP, { kind: 'user.created', target: { kind: 'user', id: userId, version: 1 }, detail: { a: 1 } }],
    [IDP, { kind: 'group.members_changed', target: { kind: 'group', id: groupId }, detail: { added: [] } }],
    [
      ADMINISTRATOR,
      { kind: 'scim_token.revoked', target: { kind: 'scim_token', id: tokenId }, detail: { name: 'Zoë' } },
    ],
    [OPERATOR, { kind: 'user.restored', target: { kind: 'user', id: userId, version: 2 }, detail: {} }],
    [
      ADMINISTRATOR,
      { kind: 'user.change_refused', target: { kind: 'user', id: userId }, detail: {}, alert: true },
    ],
  ];
  for (const [index, [actor, event]] of told.entries()) {
    await append(accountId, actor, event, index);
  }
  await append(
    strangerId,
    IDP,
    { kind: 'user.created', target: { kind: 'user', id: userId }, detail: {} },
    0,
  );
  ids = (await listAuditEvents(db, accountId, {}, { newestFirst: false, limit: 100 })).map(({ id }) => id);
});

function append(account: string, actor: Actor, event: AuditEventInput, minute: number): Promise<void> {
  const at = new Date(AT.getTime() + minute * MINUTE);
  return inTransaction(db, async (trx) => appendAuditEvent(trx, actor, account, at, event));
}

async function listed(filter: AuditEventFilter, page: Partial<LogPage> = {}) {
  const whole = { newestFirst: false, limit: 100, ...page };
  return (await listAuditEvents(db, accountId, filter, whole)).map(({ id }) => ids.indexOf(id));
}

describe('the audit events of an account', () => {
  test.each<[string, AuditEventFilter, number[]]>([
    ['everything', {}, [0, 1, 2, 3, 4]],
    ['a frequent kind', { kinds: ['user.created'] }, [0]],
    ['rare kinds', { kinds: ['user.restored', 'scim_token.revoked', 'user.restored'] }, [2, 3]],
    ['kinds of both sorts', { kinds: ['user.restored', 'group.members_changed'] }, [1, 3]],
    ['no kind', { kinds: [] }, []],
    ['a rare kind of one target', { kinds: ['user.restored'], targetId: userId }, [3]],
    ['an administrator', { actor: { kind: 'administrator', id: administratorId } }, [2, 4]],
    ['a SCIM token', { actor: { kind: 'scim_token', id: tokenId } }, [0, 1]],
    ['kinds of actors', { actorKinds: ['operator', 'scim_token'] }, [0, 1, 3]],
    ['a target', { targetId: userId }, [0, 3, 4]],
    ['what is no target', { targetId: 'x' }, []],
    ['a kind of target', { targetKind: 'group' }, [1]],
    ['alerts', { alertsOnly: true }, [4]],
    ['a request', { requestId }, [0, 1]],
    ['another request', { requestId: newId() }, []],
    ['a text of the detail', { text: 'zoË' }, [2]],
    ['the name of the actor', { text: 'olu' }, [2, 4]],
    ['several at once', { alertsOnly: true, targetId: userId, actorKinds: ['administrator'] }, [4]],
  ])('can be filtered by %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
    expect(await listed(filter, { newestFirst: true })).toEqual(expected.toReversed());
    expect(await countAuditEvents(db, accountId, filter)).toBe(expected.length);
  });

  test.each<[string, AuditEventFilter]>([
    ['all', {}],
    ['of rare kinds', { kinds: ['scim_token.revoked', 'user.restored', 'user.change_refused'] }],
  ])('are read from either end, and on from any of them in either direction: %s', async (_, filter) => {
    const whole = await listed(filter);
    const [first = -1, second = -1] = whole;
    const last = whole.at(-1) ?? -1;
    expect(await listed(filter, { limit: 2 })).toEqual([first, second]);
    expect(await listed(filter, { limit: 2, newestFirst: true })).toEqual(whole.toReversed().slice(0, 2));
    expect(await listed(filter, { newerThan: ids[first] })).toEqual(whole.slice(1));
    expect(await listed(filter, { olderThan: ids[last], newestFirst: true, limit: 1 })).toEqual([
      whole.at(-2),
    ]);
  });

  test('can be read for a range of time', async () => {
    expect(await listed({ until: AT })).toEqual([]);
    const late = new Date(Math.max(Date.now(), AT.getTime()) + 1);
    expect(await listed({ until: late })).toEqual([0, 1, 2, 3, 4]);
    const second = new Date(AT.getTime() + MINUTE);
    expect(await listed({ since: second })).toEqual([1, 2, 3, 4]);
  });

  test('carry who did it, to what, by which request, and what changed', async () => {
    const [first] = await listEventsOfRequest(db, accountId, requestId, 1);
    expect(first).toEqual({
      accountId,
      id: ids[0],
      at: AT,
      occurrences: 1,
      lastAt: null,
      kind: 'user.created',
      alert: false,
      actor: { kind: 'scim_token', id: tokenId, name: 'Okta' },
      target: { kind: 'user', id: userId, version: 1 },
      request: { id: requestId, method: 'PATCH', path: '/scim/v2/a/Groups/1' },
      detail: { a: 1 },
    });
  });

  test('of several requests are read together, in pieces from either end', async () => {
    const requests = [requestId, newId()].map((id) => ({ id, at: new Date(), durationMs: 5 }));
    const piece = async (cut: Partial<EventsCut>) => {
      const found = await listEventsOfRequests(db, accountId, requests, {
        behind: undefined,
        backward: false,
        limit: 10,
        ...cut,
      });
      return [...found].map(([id, events]) => [id, events.map((event) => ids.indexOf(event.id))]);
    };
    expect(await piece({})).toEqual([[requestId, [0, 1]]]);
    expect(await piece({ limit: 1 })).toEqual([[requestId, [0]]]);
    expect(await piece({ behind: ids[0] })).toEqual([[requestId, [1]]]);
    expect(await piece({ backward: true })).toEqual([[requestId, [1, 0]]]);
    expect(await piece({ backward: true, behind: ids[1] })).toEqual([[requestId, [0]]]);
    expect(await piece({ behind: 'no id' })).toEqual([]);
    const counts = await countEventsOfRequests(db, accountId, requests);
    expect([...counts.values()]).toEqual([2, 0]);
    const strangers = await listEventsOfRequests(db, strangerId, requests, {
      behind: undefined,
      backward: false,
      limit: 9,
    });
    expect(strangers.get(requestId)?.map((event) => event.accountId)).toEqual([strangerId]);
  });

  test('never show an event of another account', async () => {
    const [strangers] = await listAuditEvents(db, strangerId, {}, { newestFirst: true, limit: 1 });
    const found = (account: string, id: string) => findAuditEventsById(db, account, [id, 'no id', id]);
    const id = strangers?.id ?? '';
    expect(await found(accountId, id)).toEqual(new Map());
    expect(await found(strangerId, id)).toEqual(new Map([[id, strangers]]));
  });

  test('refuse a text that nobody could search for', async () => {
    await expect(listed({ text: '' })).rejects.toBeInstanceOf(InvalidInputError);
  });
});
