import { BusyError, ConflictError, InvalidInputError } from '../errors.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const TOO_MANY_CONNECTIONS = '53300';
const PROGRAM_LIMIT_EXCEEDED = '54000';

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

/**
 * Turns what the database refused for a reason that a caller can act on into a domain error: waiting too long for a lock,
 * a name that is taken, a value too long for its index. Use cases look first, under a lock, and say it better; this is for whoever forgot the lock.
 * Everything else is given back as it came.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (violates(error, 'users_user_name_key') || violates(error, 'users_pending_user_name_key')) {
    return new ConflictError('user_name_taken', 'The user name is taken in this account.', { cause: error });
  }
  if (violates(error, 'groups_display_name_key')) {
    return new ConflictError('display_name_taken', 'A group of that name exists in this account.', {
      cause: error,
    });
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === LOCK_NOT_AVAILABLE || code === QUERY_CANCELED || code === TOO_MANY_CONNECTIONS) {
    return new BusyError({ cause: error });
  }
  if (code === PROGRAM_LIMIT_EXCEEDED) {
    return new InvalidInputError(
      'A value that people or groups are found by is too long: keep user names, e-mail addresses, external ids and group names below 1,000 characters.',
      undefined,
      { cause: error },
    );
  }
  return error;
}
