import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/connection.ts';
import { addRejectedRequests, insertEventRows } from './provisioning-log.repository.ts';
import { eventRow } from './event-row.ts';
import type { ProvisioningEventInput } from './provisioning-event.ts';
import { countRejections } from './rejection-counts.ts';
import { openRowQueue } from './row-queue.ts';

export interface ProvisioningLog extends AsyncDisposable {
  /** Takes the event down without waiting; removes secrets and cuts the body itself. Never throws. */
  record(event: ProvisioningEventInput): void;
  /** Counts a request without a valid token. Nothing else of it is kept: a stranger could fill the log. */
  countRejected(accountId: string, address: string, at: Date): void;
  /** Resolves when everything taken down before has been written, or when writing failed and will be tried again. */
  flush(): Promise<void>;
}

export interface ProvisioningLogOptions {
  /** A failed write, which is tried again, or `lost` events that nothing can be done for any more. */
  onError: (error: unknown, lost: number) => void;
}

const FLUSH_INTERVAL_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const LAST_ATTEMPTS = 5;

/**
 * Opens the log that requests are recorded in, outside their transactions, so that refused ones are kept as well. Events
 * are written in batches; a crash loses those of the last moments, at most a second. While the database is away they
 * wait, up to a bound. Disposing of the log writes what is left.
 */
export function openProvisioningLog(db: Database, options: ProvisioningLogOptions): ProvisioningLog {
  const { onError } = options;
  const queue = openRowQueue();
  const rejections = countRejections();
  // One batch holds the requests of many accounts, so it must not be written as the work of the one that filled it.
  const outsideOfRequests = AsyncLocalStorage.snapshot();
  let running: Promise<boolean> | undefined;
  let pauseUntil = 0;
  let pause = FLUSH_INTERVAL_MS;
  const timer = setInterval(() => flushUnlessPausing(), FLUSH_INTERVAL_MS).unref();

  function flushUnlessPausing(): void {
    if (performance.now() >= pauseUntil) void write();
  }

  /** Resolves to whether everything was written; never rejects. */
  function write(): Promise<boolean> {
    running ??= outsideOfRequests(writeAll).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function writeAll(): Promise<boolean> {
    reportRefused();
    try {
      for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
        await insertEventRows(db, batch, onError).catch((error: unknown) => {
          queue.putBack(batch);
          throw error;
        });
      }
      const counts = rejections.take();
      await addRejectedRequests(db, counts).catch((error: unknown) => {
        rejections.putBack(counts);
        throw error;
      });
      pause = FLUSH_INTERVAL_MS;
      return true;
    } catch (error) {
      onError(error, 0);
      pauseUntil = performance.now() + pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      return false;
    }
  }

  function reportRefused(): void {
    const refused = queue.takeRefused();
    if (refused > 0)
      onError(new Error('The provisioning log could not keep up, and its buffer is full.'), refused);
  }

  return {
    record(event) {
      try {
        queue.add(eventRow(event));
        if (queue.hasFullBatch()) flushUnlessPausing();
      } catch (error) {
        onError(error, 1);
      }
    },

    countRejected(accountId, address, at) {
      rejections.add(accountId, address, at);
    },

    async flush() {
      await write();
    },

    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (let attempts = 1; attempts <= LAST_ATTEMPTS; attempts += 1) {
        if (await write()) return;
        await delay(FLUSH_INTERVAL_MS);
      }
      onError(new Error('The provisioning log was closed while it could not be written.'), queue.size());
    },
  };
}
