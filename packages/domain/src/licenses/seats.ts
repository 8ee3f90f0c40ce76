import { sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { LicenseType } from './license-type.ts';

/** Whether the account can give the type at all: analyst only where seats for it were given, the others always. */
export function isAvailable(settings: AccountSettings, licenseType: LicenseType): boolean {
  return licenseType !== 'analyst' || limitOf(settings, licenseType) !== undefined;
}

/** Throws RefusedError('license_unavailable') for a type that the account does not have. */
export function assertAvailable(settings: AccountSettings, licenseType: LicenseType): void {
  if (isAvailable(settings, licenseType)) return;
  throw new RefusedError(
    'license_unavailable',
    `This account has no ${licenseType} licenses. Assert another licenseType, or ask for ${licenseType} seats.`,
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
  if (from !== null && limitOf(settings, from) !== undefined) giveBack(trx, settings.accountId, from);
  const limit = to === null ? undefined : limitOf(settings, to);
  if (to === null || limit === undefined) return;
  const { numAffectedRows } = await sql`
    update license_seats set seats_used = seats_used + 1
    where account_id = ${settings.accountId} and license_type = ${to} and seats_used < seat_limit`.execute(
    trx,
  );
  if (numAffectedRows === 1n) return;
  throw new RefusedError(
    'no_free_seat',
    `There is no free ${to} license: ${limit} of ${limit} seats are in use. Free a seat, raise the limit, or assert another licenseType.`,
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

function limitOf(settings: AccountSettings, licenseType: LicenseType): number | undefined {
  return settings.seatLimits.find((seat) => seat.licenseType === licenseType)?.limit;
}
