const CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  // The server is shutting down, has crashed, or is starting.
  '57P01',
  '57P02',
  '57P03',
]);

/** Whether `error` says that the database could not be reached, or went away: the same work may succeed when it is back. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // pg gives a connection that broke off in the middle no code.
  return ('code' in error && CODES.has(error.code)) || error.message.startsWith('Connection terminated');
}
