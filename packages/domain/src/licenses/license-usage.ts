import { type Kysely, sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { LICENSE_TYPES, type LicenseSource, type LicenseType } from './license-type.ts';
import { isAvailable, seatsOf } from './seats.ts';

/** How one license type is used. */
export interface LicenseUsage {
  licenseType: LicenseType;
  /** Whether the account can give it at all. */
  available: boolean;
  /** null: as many as there are people. */
  limit: number | null;
  /** How many active people hold it. */
  used: number;
  /** The same by what decided it; sources that decided nobody's are left out. */
  holders: readonly { source: LicenseSource; people: number }[];
}

/** Every type, in the order of precedence. Counts whole accounts: not for each request. */
export async function licenseUsage(db: Kysely<DB>, accountId: string): Promise<readonly LicenseUsage[]> {
  const [settings, holders] = await Promise.all([
    readAccountSettings(db, accountId),
    countHolders(db, accountId),
  ]);
  return LICENSE_TYPES.map((licenseType) => usageOf(settings, licenseType, holders));
}

interface Holders {
  licenseType: LicenseType;
  source: LicenseSource;
  people: number;
}

function usageOf(
  settings: AccountSettings,
  licenseType: LicenseType,
  holders: readonly Holders[],
): LicenseUsage {
  const own = holders.filter((each) => each.licenseType === licenseType);
  return {
    licenseType,
    available: isAvailable(settings, licenseType),
    limit: seatsOf(settings, licenseType)?.limit ?? null,
    used: own.reduce((sum, { people }) => sum + people, 0),
    holders: own.map(({ source, people }) => ({ source, people })),
  };
}

async function countHolders(db: Kysely<DB>, accountId: string): Promise<readonly Holders[]> {
  const { rows } = await sql<{ license_type: LicenseType; license_source: LicenseSource; people: number }>`
    select u.license_type, u.license_source, count(*)::int8 as people from users u
    where u.account_id = ${accountId} and u.state = 'active' and u.license_type is not null
    group by u.license_type, u.license_source
    order by u.license_source`.execute(db);
  return rows.map((row) => ({
    licenseType: row.license_type,
    source: row.license_source,
    people: row.people,
  }));
}
