import { CommandFailure } from './command-failure.ts';
import { DomainError, PlanChangedError } from '@rollcall/domain/errors';
import { ServerUnsuitableError } from '@rollcall/domain/database/server-requirements';
import { SettingsError } from '@rollcall/service-kit/config';
import { NoDatabaseError } from '@rollcall/service-kit/database-url';
import { NoSecretKeyError } from '@rollcall/service-kit/secret-key';

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);
const UNKNOWN_TABLE = '42P01';
const ADMISSION_FAILURES = new Set(['28P01', '28000', '3D000', '42501']);
const NOT_ACCEPTING = new Set(['57P03', '57P01', '53300']);

/** What failed and what to do, for the person at the terminal. A stack only for what nobody expected. */
export function explainFailure(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  if (failure instanceof PlanChangedError) return [failure.message, ...failure.differences].join('\n  ');
  const isForTheOperator =
    failure instanceof CommandFailure ||
    failure instanceof DomainError ||
    failure instanceof ServerUnsuitableError ||
    failure instanceof SettingsError ||
    failure instanceof NoDatabaseError ||
    failure instanceof NoSecretKeyError;
  return isForTheOperator ? failure.message : (explainDatabase(failure) ?? failure.stack ?? failure.message);
}

function explainDatabase(failure: Error): string | undefined {
  const code = 'code' in failure ? String(failure.code) : '';
  const said = failure.message === '' ? code : failure.message;
  if (CONNECTION_FAILURES.has(code)) {
    return `The database cannot be reached: ${said}. Start it, or correct DATABASE_URL.`;
  }
  if (ADMISSION_FAILURES.has(code)) {
    return `The database does not let us in: ${said}. Correct user, password or database name in DATABASE_URL.`;
  }
  if (NOT_ACCEPTING.has(code))
    return `The database takes no connections now: ${said}. Try again in a moment.`;
  if (code === UNKNOWN_TABLE) {
    return 'The database lacks tables that this version of Rollcall needs. Run "rollcall migrate".';
  }
  if (code === 'ERR_INVALID_URL')
    return 'DATABASE_URL is no URL. Write it as postgres://user:password@host:5432/database.';
  return undefined;
}
