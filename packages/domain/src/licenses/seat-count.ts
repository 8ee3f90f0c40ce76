import { sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { RefusedError } from '../errors.ts';
import type { LicenseType } from './license-type.ts';
import { lockSeats, noFreeSeat } from './seats.ts';

/** Seats given out one by one to people who are written together. */
export interface SeatCount {
  isLimited(licenseType: LicenseType): boolean;
  /** Takes a seat of a limited type, or answers with the refusal when none is free. */
  take(licenseType: LicenseType): RefusedError | undefined;
  /** Writes what was taken, with the commit. */
  save(): void;
}

/** Locks the seats of those types that are limited, the last locks before the commit, so that what is counted stays true. */
export async function openSeatCount(
  trx: Trx,
  settings: AccountSettings,
  wanted: readonly LicenseType[],
): Promise<SeatCount> {
  const limited = settings.seatLimits.flatMap(({ licenseType }) =>
    wanted.includes(licenseType) ? [licenseType] : [],
  );
  const locked = limited.length === 0 ? [] : await lockSeats(trx, settings.accountId, limited);
  const seats = new Map(locked.map((each) => [each.licenseType, { ...each, taken: 0 }]));
  return {
    isLimited: (licenseType) => seats.has(licenseType),
    take(licenseType) {
      const count = seats.get(licenseType);
      if (count === undefined) return undefined;
      if (count.used + count.taken >= count.limit) return noFreeSeat(count);
      count.taken += 1;
      return undefined;
    },
    save() {
      for (const { licenseType, taken } of seats.values()) {
        if (taken > 0) addSeats(trx, settings.accountId, licenseType, taken);
      }
    },
  };
}

function addSeats(trx: Trx, accountId: string, licenseType: LicenseType, taken: number): void {
  atCommit(
    trx,
    sql`
      update license_seats set seats_used = seats_used + ${taken}
      where account_id = ${accountId} and license_type = ${licenseType}`.compile(trx),
  );
}
