import { Logger } from 'graphile-worker';
import type { WorkerLogger } from '../worker-logger.ts';

/** What graphile-worker says of itself, in our log. What becomes of each task we say ourselves: it would say it twice. */
export function queueLogger(logger: WorkerLogger): Logger {
  return new Logger((scope) => (level, message, meta) => {
    if ('job' in meta) return;
    logger[level === 'warning' ? 'warn' : level]({ queue: scope.label }, message);
  });
}
