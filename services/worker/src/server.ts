import { openDatabase } from '@rollcall/domain/database/connection';
import { isReachable } from '@rollcall/domain/database/is-reachable';
import { repeat } from '@rollcall/domain/database/repeat';
import { queueUnsentMails } from '@rollcall/domain/invitations/queue-unsent-mails';
import type { WorkerSettings } from './config.ts';
import { serveHealth } from './health.ts';
import { outboxMailer } from './mail/outbox.ts';
import { smtpMailer } from './mail/smtp-mailer.ts';
import { clockItems } from './queue/clock.ts';
import { lookAfterQueue } from './queue/look-after-queue.ts';
import { runQueue } from './queue/run-queue.ts';
import { taskList } from './queue/task-list.ts';
import { allTasks } from './tasks/all-tasks.ts';
import type { WorkerLogger } from './worker-logger.ts';

export interface RunningWorker extends AsyncDisposable {
  /** Where the health checks answer. */
  readonly url: string;
}

const LOOK_FOR_MAILS_EVERY_MS = 1000;

const now = (): Date => new Date();

/**
 * Starts to work through the queue. Disposing of it takes no further task, lets the running ones end, and only then closes
 * the database. Several can run on one database.
 */
export async function startWorker(settings: WorkerSettings, logger: WorkerLogger): Promise<RunningWorker> {
  await using starting = new AsyncDisposableStack();
  const db = await openDatabase({
    url: settings.databaseUrl,
    applicationName: 'rollcall worker',
    onIdleConnectionError: (error) => logger.error({ err: error }, 'idle database connection failed'),
  });
  starting.defer(() => db.destroy());
  const mailer =
    settings.smtpUrl === undefined
      ? outboxMailer(settings.outboxFolder, settings.mailFrom, now)
      : starting.use(smtpMailer(settings.smtpUrl, settings.mailFrom));
  starting.use(lookAfterQueue(db, logger));
  starting.use(
    repeat(async () => void (await queueUnsentMails(db, now())), {
      everyMs: LOOK_FOR_MAILS_EVERY_MS,
      onError: (error) => logger.warn({ err: error }, 'mails were not queued this time'),
    }),
  );
  const queue = starting.use(
    runQueue({
      db,
      databaseUrl: settings.databaseUrl,
      tasks: taskList(Object.values(allTasks), {
        db,
        mailer,
        logger,
        now,
        publicAdminUrl: settings.publicAdminUrl,
      }),
      cron: clockItems(),
      logger,
    }),
  );
  const health = starting.use(
    await serveHealth(settings, async () => queue.isWorking && (await isReachable(db))),
  );
  logger.info({ url: health.url }, 'worker started');
  const running = starting.move();
  return { url: health.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
