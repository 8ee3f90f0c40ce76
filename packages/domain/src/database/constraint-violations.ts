import { BusyError } from '../errors.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const TOO_MANY_CONNECTIONS = '53300';

/**
 * Whether `error` says that a row would break the named constraint or unique index (SQLSTATE 23505 or 23503). The
 * database decides; use cases translate its verdict where they know what it means to the caller.
 */
export function violates(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === UNIQUE_VIOLATION || error.code === FOREIGN_KEY_VIOLATION) &&
    'constraint' in error &&
    error.constraint === constraint
  );
}

/** Turns "waited too long for a lock" and the like into BusyError; everything else is given back as it came. */
export function translateDatabaseError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === LOCK_NOT_AVAILABLE || code === QUERY_CANCELED || code === TOO_MANY_CONNECTIONS) {
    return new BusyError({ cause: error });
  }
  return error;
}
