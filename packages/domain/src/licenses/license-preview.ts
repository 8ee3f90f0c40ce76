import type { Kysely } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { addMoves, type LicenseMove } from './license-moves.ts';
import { type LicenseChange, openLicensePlan } from './license-plan.ts';
import { LICENSE_TYPES, type LicenseType } from './license-type.ts';
import { walkLicensed } from './licensed-people.repository.ts';

/** What a change of settings makes of everybody's license: what applying it then does. */
export interface LicensePreview {
  /** In the order in which the people were created; those included who should change and find no seat. */
  changes: readonly LicenseChange[];
  /** The same in numbers, in the order of the types. */
  moves: readonly LicenseMove[];
  /** Of each type, how many active people hold it before and after. */
  seats: readonly SeatEffect[];
}

export interface SeatEffect {
  licenseType: LicenseType;
  /** null: not limited, or, of analyst, not there. */
  limit: number | null;
  usedBefore: number;
  usedAfter: number;
}

/** Of a change that bears on no license. */
export const NO_LICENSE_CHANGES: LicensePreview = { changes: [], moves: [], seats: [] };

/** Decides everybody's license under settings that are not in force yet, and writes nothing. */
export async function previewLicenses(db: Kysely<DB>, settings: AccountSettings): Promise<LicensePreview> {
  const plan = openLicensePlan(settings);
  const changes: LicenseChange[] = [];
  const used = new Map<LicenseType, number>();
  for await (const people of walkLicensed(db, settings.accountId)) {
    for (const { held } of people) {
      if (held !== null) used.set(held.licenseType, (used.get(held.licenseType) ?? 0) + 1);
    }
    changes.push(...plan.add(people));
  }
  changes.push(...plan.rest());
  changes.sort((a, b) => (a.person.id < b.person.id ? -1 : 1));
  return { changes, moves: addMoves([], changes), seats: seatEffects(settings, used, changes) };
}

function seatEffects(
  settings: AccountSettings,
  used: ReadonlyMap<LicenseType, number>,
  changes: readonly LicenseChange[],
): readonly SeatEffect[] {
  const after = new Map(used);
  for (const { from, to, keptForWantOfSeat } of changes) {
    if (keptForWantOfSeat) continue;
    if (from !== null) after.set(from.licenseType, (after.get(from.licenseType) ?? 0) - 1);
    after.set(to.licenseType, (after.get(to.licenseType) ?? 0) + 1);
  }
  return LICENSE_TYPES.map((licenseType) => ({
    licenseType,
    limit: settings.seatLimits.find((seat) => seat.licenseType === licenseType)?.limit ?? null,
    usedBefore: used.get(licenseType) ?? 0,
    usedAfter: after.get(licenseType) ?? 0,
  }));
}
