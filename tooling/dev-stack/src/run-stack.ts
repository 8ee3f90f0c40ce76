export type StackStart = {
  /** What is added here is ended in reverse order when the stack stops. */
  readonly resources: AsyncDisposableStack;
  /** Aborted when the stack is to stop; a start under way gives up between two steps. */
  readonly interrupted: AbortSignal;
  /** Stops the stack because a part of it has ended by itself. */
  readonly fail: (reason: Error) => void;
};

type Stack = {
  readonly start: (stack: StackStart) => Promise<void>;
  readonly say: (line: string) => void;
  /** A failure in words for the person at the terminal. */
  readonly explain: (failure: unknown) => string;
  readonly stopWithinMs?: number;
};

const PARENT_POLL_MS = 250;
const SAME_KEYSTROKE_MS = 500;

/**
 * Runs a stack until a signal comes, npm is gone or a part fails, then ends it in good order, and after `stopWithinMs` whatever
 * order it is in. Resolves to the exit code: 0 for a stop that was asked for.
 */
export async function runStack({ start, say, explain, stopWithinMs = 4_000 }: Stack): Promise<number> {
  const interruption = new AbortController();
  const interrupted = interruption.signal;
  const failures: unknown[] = [];
  const end = (): void => {
    interruption.abort();
    setTimeout(() => process.exit(1), stopWithinMs).unref();
  };
  const fail = (reason: unknown): void => {
    if (interrupted.aborted) return;
    failures.push(reason);
    end();
  };
  const ended = new Promise<void>((done) => interrupted.addEventListener('abort', () => done()));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, fail);
  onStopRequest(interrupted, (reason) => {
    say(`\nStopping (${reason}) …`);
    end();
  });

  const code = await (async () => {
    await using resources = new AsyncDisposableStack();
    await start({ resources, interrupted, fail }).catch(fail);
    await ended;
    return failures.length === 0 ? 0 : 1;
  })();
  for (const failure of failures) say(explain(failure));
  return code;
}

/** Calls `request` once, for a signal or because the parent, npm, is gone; a signal after that ends the process at once. */
function onStopRequest(interrupted: AbortSignal, request: (reason: string) => void): void {
  let requestedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interrupted.aborted) {
        requestedAt = performance.now();
        request(signal);
      } else if (requestedAt === undefined || performance.now() - requestedAt > SAME_KEYSTROKE_MS) {
        process.exit(130);
      }
    });
  }
  // SIGKILL of npm reaches nobody else: that our parent has changed is all that can be seen of it.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) request('npm is gone');
  }, PARENT_POLL_MS);
  interrupted.addEventListener('abort', () => clearInterval(watch));
}
