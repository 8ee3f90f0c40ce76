/**
 * Does something from time to time until it is disposed of, which waits for what has begun. While one turn takes long, the
 * next are left out.
 */
export function repeat(
  work: () => Promise<void>,
  { onError, everyMs }: { onError: (error: unknown) => void; everyMs: number },
): AsyncDisposable {
  let turn = Promise.resolve();
  let isWorking = false;
  const timer = setInterval(() => {
    if (isWorking) return;
    isWorking = true;
    turn = work()
      .catch(onError)
      .finally(() => {
        isWorking = false;
      });
  }, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await turn;
    },
  };
}
