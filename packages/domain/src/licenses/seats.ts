import { sql } from 'kysely';
import type { AccountSettings, SeatLimit } from '../accounts/account-settings.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { LicenseType } from './license-type.ts';

/** Whether the account can give the type at all: analyst only where seats for it were given, the others always. */
export function isAvailable(settings: AccountSettings, licenseType: LicenseType): boolean {
  return licenseType !== 'analyst' || seatsOf(settings, licenseType) !== undefined;
}

/** Whether the account has the type and a seat of it was free when the settings were read. */
export function canTakeSeat(settings: AccountSettings, licenseType: LicenseType): boolean {
  const seats = seatsOf(settings, licenseType);
  return isAvailable(settings, licenseType) && (seats === undefined || seats.used < seats.limit);
}

/** Throws RefusedError('license_unavailable') for a type that the account does not have. */
export function assertAvailable(settings: AccountSettings, licenseType: LicenseType): void {
  if (isAvailable(settings, licenseType)) return;
  throw new RefusedError(
    'license_unavailable',
    `This account has no ${licenseType} licenses. Assert another licenseType, or ask for ${licenseType} seats.`,
    { facts: { licenseType } },
  );
}

/**
 * Moves one person's seat. An unlimited type has no row and costs nothing. For a limited one the row decides, as the last
 * statement before the commit, so that of two creations for one free seat exactly one succeeds.
 * Throws RefusedError('no_free_seat'), with type, seats and use.
 */
export async function moveSeat(
  trx: Trx,
  settings: AccountSettings,
  from: LicenseType | null,
  to: LicenseType | null,
): Promise<void> {
  if (from === to) return;
  const givesBack = from !== null && seatsOf(settings, from) !== undefined;
  if (givesBack) giveBack(trx, settings.accountId, from);
  const seats = to === null ? undefined : seatsOf(settings, to);
  if (to === null || seats === undefined) return;
  const [, { numAffectedRows }] = await Promise.all([
    givesBack ? lockSeats(trx, settings.accountId, [from, to]) : undefined,
    takeSeat(trx, settings.accountId, to),
  ]);
  if (numAffectedRows === 1n) return;
  throw noFreeSeat(seats);
}

export function noFreeSeat({ licenseType, limit, used }: SeatLimit): RefusedError {
  return new RefusedError(
    'no_free_seat',
    `There is no free ${licenseType} license: ${Math.max(used, limit)} of ${limit} seats are in use. Free a seat, raise the limit, or assert another licenseType.`,
    { facts: { licenseType, used: Math.max(used, limit), limit } },
  );
}

/** Locks and reads limits, in one order, so that two requests that want several do not wait for each other. */
export async function lockSeats(
  trx: Trx,
  accountId: string,
  licenseTypes: readonly LicenseType[],
): Promise<readonly SeatLimit[]> {
  const { rows } = await sql<SeatLimit>`
    select s.license_type as "licenseType", s.seat_limit as "limit", s.seats_used as "used" from license_seats s
    where s.account_id = ${accountId} and s.license_type = any(${[...licenseTypes]}::text[])
    order by s.license_type for no key update`.execute(trx);
  return rows;
}

function takeSeat(trx: Trx, accountId: string, licenseType: LicenseType) {
  return sql`
    update license_seats set seats_used = seats_used + 1
    where account_id = ${accountId} and license_type = ${licenseType} and seats_used < seat_limit`.execute(
    trx,
  );
}

function giveBack(trx: Trx, accountId: string, licenseType: LicenseType): void {
  atCommit(
    trx,
    sql`
      update license_seats set seats_used = greatest(seats_used - 1, 0)
      where account_id = ${accountId} and license_type = ${licenseType}`.compile(trx),
  );
}

export function seatsOf(settings: AccountSettings, licenseType: LicenseType): SeatLimit | undefined {
  return settings.seatLimits.find((seat) => seat.licenseType === licenseType);
}
