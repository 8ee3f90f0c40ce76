import type { Logger } from 'pino';

export interface RunOptions {
  logger: Logger;
  /** How long the service may take to finish what it began. */
  stopWithinMs?: number;
  /** Stops when the process that started this one is gone, which no signal tells. */
  stopWithParent?: boolean;
}

const STOP_WITHIN_MS = 10_000;
const PARENT_CHECK_MS = 250;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a service, waits for a signal, and disposes of it: it finishes what it began, within a bound. A second signal
 * ends the process at once. Whatever nobody caught is logged and stops the service with exit code 1.
 */
export async function runService(start: () => Promise<AsyncDisposable>, options: RunOptions): Promise<void> {
  const { logger, stopWithinMs = STOP_WITHIN_MS, stopWithParent = false } = options;
  const stop = awaitStop(logger, stopWithParent);
  let service: AsyncDisposable;
  try {
    service = await start();
  } catch (error) {
    logger.fatal({ err: error }, 'service could not start');
    process.exitCode = 1;
    stop.forget();
    return;
  }
  const reason = await stop.asked;
  logger.info({ reason }, 'service stopping');
  // Unreferenced: it must not keep alive a process that has nothing else to do.
  setTimeout(() => {
    logger.fatal({ stopWithinMs }, 'service did not stop in time');
    process.exit(1);
  }, stopWithinMs).unref();
  try {
    await service[Symbol.asyncDispose]();
    logger.info('service stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'service stopped with an error');
    process.exitCode = 1;
  }
  stop.forget();
}

interface StopRequest {
  asked: Promise<string>;
  /** Leaves signals to Node.js again. */
  forget(): void;
}

function awaitStop(logger: Logger, stopWithParent: boolean): StopRequest {
  const { promise: asked, resolve } = Promise.withResolvers<string>();
  let isAsked = false;

  function ask(reason: string): void {
    isAsked = true;
    resolve(reason);
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (isAsked) {
      logger.warn({ signal }, 'second signal, exiting at once');
      process.exit(1);
    }
    ask(signal);
  }

  function onUncaught(error: unknown): void {
    logger.fatal({ err: error }, 'uncaught error');
    process.exitCode = 1;
    ask('uncaught error');
  }

  const parent = process.ppid;
  const parentCheck = stopWithParent
    ? setInterval(() => {
        if (process.ppid !== parent && !isAsked) ask('the parent process is gone');
      }, PARENT_CHECK_MS).unref()
    : undefined;
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  return {
    asked,
    forget() {
      clearInterval(parentCheck);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.off('uncaughtException', onUncaught);
      process.off('unhandledRejection', onUncaught);
    },
  };
}
