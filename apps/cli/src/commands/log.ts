import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@rollcall/domain/database/connection';
import {
  followProvisioningLog,
  type LogPosition,
} from '@rollcall/domain/provisioning-log/follow-provisioning-log';
import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import type { ProvisioningEventFilter } from '@rollcall/domain/provisioning-log/provisioning-event-filter';
import type { Command } from 'commander';
import { eventLine } from '../event-line.ts';
import { numberUpTo } from '../option-values.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const DEFAULT_LINES = 20;
const MOST_LINES = 1000;
const POLL_MS = 500;
const PAGE = 500;

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
    // The place where following begins lies before the last lines, so that nothing can come in between unseen.
    const { position } = await followProvisioningLog(db, account.id, filter, undefined, PAGE);
    // More than are printed: the place lies a moment back, and what is older than the last lines is no news either.
    const limit = options.follow === true ? MOST_LINES : options.lines;
    const events = await listProvisioningEvents(db, account.id, filter, { newestFirst: true, limit });
    for (const event of events.slice(0, options.lines).toReversed()) print(event, options);
    if (options.follow !== true) return;
    await follow(db, account.id, filter, position, { options, known: new Set(events.map(({ id }) => id)) });
  });
}

async function follow(
  db: Database,
  accountId: string,
  filter: ProvisioningEventFilter,
  from: LogPosition,
  { options, known }: { options: TailOptions; known: ReadonlySet<string> },
): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  let position = from;
  while (!interruption.signal.aborted) {
    const news = await followProvisioningLog(db, accountId, filter, position, PAGE);
    for (const event of news.events) {
      if (!known.has(event.id)) print(event, options);
    }
    position = news.position;
    // Interrupted: there is nothing to wait for.
    if (!news.hasMore)
      await delay(POLL_MS, undefined, { signal: interruption.signal }).catch(() => undefined);
  }
}

function print(event: ProvisioningEvent, options: OutputOptions): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(event) : eventLine(event)}\n`);
}
