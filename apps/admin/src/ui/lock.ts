interface Lock<Action extends string> {
  readonly action: Action;
  readonly reason: string;
}

/** Why an action is not allowed by hand at the moment; undefined where it is. */
export function lockOn<Action extends string>(
  locks: readonly Lock<Action>[],
  action: Action,
): string | undefined {
  return locks.find((lock) => lock.action === action)?.reason;
}
