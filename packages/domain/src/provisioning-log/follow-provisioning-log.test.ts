import { sql } from 'kysely';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { eventRow } from './event-row.ts';
import { followProvisioningLog, type LogPosition, SETTLED_AFTER_MS } from './follow-provisioning-log.ts';
import { provisioningEvent, recordEvents } from './provisioning-log-testing.ts';
import type { ProvisioningEventFilter } from './provisioning-event-filter.ts';
import { stampAnew } from './provisioning-log.repository.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

/** What was written so far is old enough to be seen by everybody. */
async function settle(): Promise<void> {
  await sql`
    /* every account: time passes for all */
    update provisioning_events e
    set recorded_at = e.recorded_at - ${SETTLED_AFTER_MS}::integer * interval '1 millisecond'`.execute(db);
}

async function beginning(accountId: string): Promise<LogPosition> {
  const { events, position, hasMore } = await followProvisioningLog(db, accountId, {}, undefined, 10);
  expect([events, hasMore]).toEqual([[], false]);
  return position;
}

async function news(accountId: string, from: LogPosition, filter: ProvisioningEventFilter = {}, limit = 100) {
  const { events, position, hasMore } = await followProvisioningLog(db, accountId, filter, from, limit);
  return { ids: events.map(({ id }) => id), position, hasMore };
}

describe('whoever follows the provisioning log', () => {
  test('begins at now and is shown each event that is written afterwards once, in pages', async () => {
    const { accountId } = await givenAccount(db);
    await recordEvents(db, [provisioningEvent(accountId)]);
    await settle();
    const start = await beginning(accountId);
    const events = Array.from({ length: 7 }, () => provisioningEvent(accountId));
    // A request that began first may end last.
    await recordEvents(db, events.slice(3));
    await recordEvents(db, events.slice(0, 3));
    const seen: string[] = [];
    let position = start;
    await vi.waitFor(
      async () => {
        for (let hasMore = true; hasMore;) {
          const page = await news(accountId, position, {}, 3);
          seen.push(...page.ids);
          ({ position, hasMore } = page);
        }
        expect(seen).toHaveLength(7);
      },
      { timeout: 10_000 },
    );
    expect(seen.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
    expect((await news(accountId, position)).ids).toEqual([]);
  });

  test('passes what a filter leaves out, and is not shown what other accounts write', async () => {
    const { accountId } = await givenAccount(db);
    const stranger = await givenAccount(db);
    const start = { recordedAt: 0, id: (await beginning(accountId)).id };
    const failure = provisioningEvent(accountId, { status: 409 });
    await recordEvents(db, [
      provisioningEvent(accountId),
      failure,
      provisioningEvent(accountId),
      provisioningEvent(stranger.accountId, { status: 409 }),
    ]);
    await settle();
    const page = await news(accountId, start, { failedOnly: true });
    expect(page.ids).toEqual([failure.id]);
    expect((await news(accountId, page.position)).ids).toEqual([]);
  });

  test('does not miss a batch that took so long that its time had been passed', async () => {
    const { accountId } = await givenAccount(db);
    const slow = provisioningEvent(accountId);
    await recordEvents(db, [slow]);
    await settle();
    await settle();
    const start = await beginning(accountId);
    expect((await news(accountId, start)).ids).toEqual([]);
    await stampAnew(db, [eventRow(slow)]);
    await settle();
    expect((await news(accountId, start)).ids).toEqual([slow.id]);
  });

  test.each<[string, LogPosition]>([
    ['no number', { recordedAt: Number.NaN, id: '018f2d00-0000-7000-8000-00000000000a' }],
    ['a time before all', { recordedAt: -1, id: '018f2d00-0000-7000-8000-00000000000a' }],
    ['no id', { recordedAt: 1, id: 'x' }],
  ])('is told that %s is no position', async (_, position) => {
    const { accountId } = await givenAccount(db);
    await expect(news(accountId, position)).rejects.toBeInstanceOf(InvalidInputError);
  });
});
