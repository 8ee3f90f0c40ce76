import { isId } from '@rollcall/domain/ids';
import { LICENSE_TYPES, type LicenseType, isLicenseType } from '@rollcall/domain/licenses/license-type';
import { InvalidArgumentError } from 'commander';

const DAY_MS = 86_400_000;

/** `on` or `off`. */
export function onOrOff(text: string): boolean {
  if (text === 'on') return true;
  if (text === 'off') return false;
  throw new InvalidArgumentError('Write on or off.');
}

export function licenseType(text: string): LicenseType {
  if (isLicenseType(text)) return text;
  throw new InvalidArgumentError(`Write one of ${LICENSE_TYPES.join(', ')}.`);
}

/** An id, as lists show them. */
export function idOfRow(text: string): string {
  if (isId(text)) return text;
  throw new InvalidArgumentError('Write an id, as the lists show them.');
}

export interface Seats {
  licenseType: LicenseType;
  limit: number;
}

/** `developer=20`, repeatable. */
export function seats(text: string, earlier: readonly Seats[] = []): readonly Seats[] {
  const [type = '', limit = '', ...rest] = text.split('=');
  if (!/^\d{1,9}$/u.test(limit) || rest.length > 0) {
    throw new InvalidArgumentError('Write a license type and a number of seats, for example analyst=20.');
  }
  return [...earlier, { licenseType: licenseType(type), limit: Number(limit) }];
}

/** A repeatable option: each use adds a value. */
export function list(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

/** `90d`, a date (its beginning, in UTC) or a whole ISO 8601 time with its zone. */
export function timeToCome(text: string): Date {
  const days = /^(\d{1,5})d$/u.exec(text)?.[1];
  if (days !== undefined) return new Date(Date.now() + Number(days) * DAY_MS);
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u.test(
    text,
  );
  const time = new Date(isTime ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError(
    'Write a number of days (90d), a date (2027-01-31) or a time (2027-01-31T12:00:00Z).',
  );
}

/** A whole number from 1 to `most`. */
export function numberUpTo(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`Write a whole number from 1 to ${most}.`);
  };
}
