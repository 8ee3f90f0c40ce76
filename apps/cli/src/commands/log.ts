import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@rollcall/domain/database/connection';
import {
  latestProvisioningEvents,
  listProvisioningEvents,
  type ProvisioningEventFilter,
} from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import type { Command } from 'commander';
import { eventLine } from '../event-line.ts';
import { numberUpTo } from '../option-values.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const DEFAULT_LINES = 20;
const MOST_LINES = 1000;
const POLL_MS = 500;
const PAGE = 500;
// Events are written when their requests end, so one may appear behind others that began later.
const LOOK_BACK_MS = 15_000;

interface TailOptions extends OutputOptions {
  lines: number;
  follow?: true;
  failed?: true;
  resource?: string;
}

export function addLogCommands(program: Command): void {
  const log = addNoun(program, 'log', 'Read the provisioning log');
  addVerb(log, 'tail <account>', {
    does: 'Show the latest SCIM requests of an account and what became of them; with --json one object a line.',
    example: 'log tail acme --follow --failed',
  })
    .option('-n, --lines <number>', 'how many', numberUpTo(MOST_LINES), DEFAULT_LINES)
    .option('-f, --follow', 'wait for more until interrupted')
    .option('--failed', 'only requests that were refused or failed')
    .option('--resource <id>', 'only requests that touched this user or group')
    .action(tail);
}

async function tail(reference: string, options: TailOptions): Promise<void> {
  const filter: ProvisioningEventFilter = { failedOnly: options.failed, resourceId: options.resource };
  await withAccount(reference, async (db, account) => {
    // Looked up before the last lines, so that nothing can come in between unseen.
    const before = options.follow === true ? await recentEvents(db, account.id, filter) : [];
    const events = await latestProvisioningEvents(db, account.id, { ...filter, limit: options.lines });
    for (const event of events) print(event, options);
    if (options.follow === true) await follow(db, account.id, filter, options, [...before, ...events]);
  });
}

async function follow(
  db: Database,
  accountId: string,
  filter: ProvisioningEventFilter,
  options: TailOptions,
  known: readonly ProvisioningEvent[],
): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  let seen = new Set(known.map(({ id }) => id));
  while (!interruption.signal.aborted) {
    const events = await recentEvents(db, accountId, filter);
    for (const event of events) {
      if (!seen.has(event.id)) print(event, options);
    }
    seen = new Set(events.map(({ id }) => id));
    // Interrupted: there is nothing to wait for.
    await delay(POLL_MS, undefined, { signal: interruption.signal }).catch(() => undefined);
  }
}

async function recentEvents(
  db: Database,
  accountId: string,
  filter: ProvisioningEventFilter,
): Promise<ProvisioningEvent[]> {
  const since = new Date(Date.now() - LOOK_BACK_MS);
  const events: ProvisioningEvent[] = [];
  for (;;) {
    const page = await listProvisioningEvents(db, accountId, {
      ...filter,
      since,
      after: events.at(-1)?.id,
      limit: PAGE,
    });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}

function print(event: ProvisioningEvent, options: OutputOptions): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(event) : eventLine(event)}\n`);
}
