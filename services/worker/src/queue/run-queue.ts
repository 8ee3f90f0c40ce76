import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@rollcall/domain/database/connection';
import { holdWorkerLock, type WorkerLock } from '@rollcall/domain/jobs/dead-workers';
import { type ParsedCronItem, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { WorkerLogger } from '../worker-logger.ts';
import { queueLogger } from './queue-logger.ts';

export interface QueueOptions {
  db: Database;
  databaseUrl: string;
  tasks: TaskList;
  cron: ParsedCronItem[];
  logger: WorkerLogger;
}

export interface RunningQueue extends AsyncDisposable {
  /** Whether tasks are taken right now. */
  readonly isWorking: boolean;
}

/** Tasks at once. A mail waits for its server most of the time; a long job must not hold up the mails. */
const CONCURRENCY = 4;
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** An interrupted task is asked to end so long after the stop began, if it has not ended by itself. */
const ABORT_AFTER_MS = 2000;

/**
 * Works through the queue until it is disposed of, which lets running tasks end. Whatever happens to the database meanwhile,
 * it begins again, under a new name.
 */
export function runQueue(options: QueueOptions): RunningQueue {
  const stop = new AbortController();
  const state = { isWorking: false };
  const working = workUntilStopped(options, state, stop.signal);
  return {
    get isWorking() {
      return state.isWorking;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await working;
    },
  };
}

async function workUntilStopped(
  options: QueueOptions,
  state: { isWorking: boolean },
  stop: AbortSignal,
): Promise<void> {
  let pause = SHORTEST_PAUSE_MS;
  while (!stop.aborted) {
    try {
      await workOnce(options, stop, () => {
        state.isWorking = true;
        pause = SHORTEST_PAUSE_MS;
      });
    } catch (error) {
      options.logger.error({ err: error }, 'the queue stopped and will be taken up again');
    }
    state.isWorking = false;
    await pauseUnlessStopped(pause, stop);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** Resolves when stopped; rejects when the queue or the lock under the worker's name is lost. */
async function workOnce(options: QueueOptions, stop: AbortSignal, onWorking: () => void): Promise<void> {
  const lock = Promise.withResolvers<WorkerLock>();
  // Whoever waits for it gets the error as well; without anybody who waits it would end the process.
  lock.promise.catch(() => undefined);
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => lock.resolve(holdWorkerLock(options.db, workerPool.id)));
  const runner = await run({
    connectionString: options.databaseUrl,
    maxPoolSize: CONCURRENCY + 2,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: ABORT_AFTER_MS,
    taskList: options.tasks,
    parsedCronItems: options.cron,
    logger: queueLogger(options.logger),
    events,
    // Asked before each task is taken: none is, before the lock tells that we live.
    forbiddenFlags: async () => lock.promise.then(() => []),
  });
  try {
    await using held = await lock.promise;
    onWorking();
    await Promise.race([
      stopped(stop),
      runner.promise.then(() => {
        throw new Error('The queue ended by itself.');
      }),
      held.lost.then((reason) => {
        throw reason;
      }),
    ]);
    // The lock is given back only when the last task has ended.
    await end(runner);
  } finally {
    await end(runner);
  }
}

/** Lets running tasks end; one that has ended already stays so. */
async function end(runner: Runner): Promise<void> {
  try {
    await runner.stop();
  } catch (error) {
    if (!(error instanceof Error && error.message === 'Runner is already stopped')) throw error;
  }
}

async function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function pauseUnlessStopped(milliseconds: number, stop: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal: stop, ref: false });
  } catch {
    // Stopped: there is nothing to wait for.
  }
}
