import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<string>();

/**
 * Runs `fn`, and all that it awaits, for one account: the statement guard then refuses a statement for any other.
 * A scope is never widened or exchanged from within: another account inside it is an error.
 */
export function inAccount<T>(accountId: string, fn: () => T): T {
  const current = scope.getStore();
  if (current !== undefined && current !== accountId) {
    throw new Error('Work for one account was started inside the work for another: start it outside.');
  }
  return scope.run(accountId, fn);
}

/** The account whose work this is, if `inAccount` was entered. */
export function currentAccount(): string | undefined {
  return scope.getStore();
}
