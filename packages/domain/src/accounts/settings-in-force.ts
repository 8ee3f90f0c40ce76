import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Database } from '../database/connection.ts';
import { databaseOf, type Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { type AccountSettings, readAccountSettings, type SeatLimit } from './account-settings.ts';

const MOST_ACCOUNTS = 10_000;

/** Of each account the settings that were read last; their version says whether they are still in force. */
const remembered = new WeakMap<Database, Map<string, AccountSettings>>();

/**
 * The settings for a write, which must hold the account's lock, shared: what was read before if its version is still the
 * account's, with the seats in use as they are now. Only changes of settings raise the version, under the exclusive lock.
 * Throws NotFoundError for an account that does not exist.
 */
export async function readSettingsInForce(trx: Trx, accountId: string): Promise<AccountSettings> {
  const db = databaseOf(trx);
  const known = remembered.get(db)?.get(accountId);
  const inForce = known && (await ifStillInForce(trx, known));
  if (inForce !== undefined) return inForce;
  const settings = await readAccountSettings(trx, accountId);
  rememberSettings(db, settings);
  return settings;
}

/** The condition of a statement that nobody changed the settings since they had that version. */
export function areInForce(accountId: string, version: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from scim_configurations c where c.account_id = ${accountId} and c.settings_version = ${version})`;
}

/** Keeps settings that were read outside of any change of them. */
export function rememberSettings(db: Database, settings: AccountSettings): void {
  const known = remembered.get(db) ?? new Map<string, AccountSettings>();
  remembered.set(db, known);
  known.delete(settings.accountId);
  const [oldest] = known.keys();
  if (known.size >= MOST_ACCOUNTS && oldest !== undefined) known.delete(oldest);
  known.set(settings.accountId, settings);
}

async function ifStillInForce(trx: Trx, known: AccountSettings): Promise<AccountSettings | undefined> {
  const { accountId, version } = known;
  const isLimited = known.seatLimits.length > 0;
  // A limit that comes or goes is a change of settings; where there is none, nobody has to look for seats.
  const seats = isLimited
    ? sql`(select json_agg(json_build_object('licenseType', s.license_type, 'limit', s.seat_limit, 'used', s.seats_used))
        from license_seats s where s.account_id = ${accountId})`
    : sql`null`;
  const { rows } = await sql<{ settings_version: number; seat_limits: readonly SeatLimit[] | null }>`
    select c.settings_version, ${seats} as seat_limits
    from scim_configurations c where c.account_id = ${accountId}`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError('There is no such account.');
  if (row.settings_version !== version) return undefined;
  return isLimited ? { ...known, seatLimits: row.seat_limits ?? [] } : known;
}
