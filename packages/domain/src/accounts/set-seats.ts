import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { type AccountSettings, readAccountSettings } from './account-settings.ts';

const MOST_SEATS = 2 ** 31 - 1;

/**
 * Limits a license type, or with null lifts its limit (an account without a limit for analyst does not have analyst).
 * Nobody loses a license: a limit below what is in use only keeps newcomers out.
 * Throws RefusedError('license_unavailable') when analyst would go while the account gives it by default or by mapping.
 */
export async function setSeatLimit(
  trx: Trx,
  actor: Actor,
  accountId: string,
  licenseType: LicenseType,
  limit: number | null,
  now: Date,
): Promise<void> {
  if (limit !== null) assertSeatLimit(limit);
  const [, settings] = await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const before = settings.seatLimits.find((seat) => seat.licenseType === licenseType)?.limit ?? null;
  if (before === limit) return;
  if (limit === null) {
    assertNotGiven(settings, licenseType);
    await removeLimit(trx, accountId, licenseType);
  } else {
    await writeLimit(trx, accountId, licenseType, limit);
  }
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'account.seats_changed',
    target: { kind: 'account' },
    detail: { licenseType, before, after: limit },
  });
  announceSettingsChange(trx, accountId);
}

/** Throws InvalidInputError unless the number can be a number of seats. */
export function assertSeatLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 0 && limit <= MOST_SEATS) return;
  throw new InvalidInputError('A number of seats is a whole number, 0 or more.', 'seats');
}

function assertNotGiven(settings: AccountSettings, licenseType: LicenseType): void {
  if (licenseType !== 'analyst') return;
  const isDefault = settings.scim.defaultLicenseType === licenseType;
  const isMapped = settings.licenseMappings.some((mapping) => mapping.licenseType === licenseType);
  if (!isDefault && !isMapped) return;
  throw new RefusedError(
    'license_unavailable',
    `Without seats the account would not have analyst any longer, but analyst is ${isDefault ? 'its default license' : 'given by an SSO license mapping'}. Change that first.`,
  );
}

async function removeLimit(trx: Trx, accountId: string, licenseType: LicenseType): Promise<void> {
  await trx
    .deleteFrom('license_seats')
    .where('account_id', '=', accountId)
    .where('license_type', '=', licenseType)
    .execute();
}

// While a type is unlimited its use is not counted, so a new limit counts the holders. No write runs beside us.
async function writeLimit(
  trx: Trx,
  accountId: string,
  licenseType: LicenseType,
  limit: number,
): Promise<void> {
  await sql`
    insert into license_seats (account_id, license_type, seat_limit, seats_used)
    select ${accountId}::uuid, ${licenseType}, ${limit}::integer, count(*)::integer from users u
    where u.account_id = ${accountId} and u.license_type = ${licenseType} and u.state = 'active'
    on conflict (account_id, license_type) do update set seat_limit = excluded.seat_limit`.execute(trx);
}
