import { isJsonArray, isJsonObject, type JsonValue } from '../json.ts';
import type { LicenseChange } from './license-plan.ts';
import { isLicenseType, LICENSE_TYPES, type LicenseType } from './license-type.ts';

/** How many people go from one license to another. */
export interface LicenseMove {
  from: LicenseType | null;
  /** The same as `from` where only the reason changes. */
  to: LicenseType;
  /** Those included who keep `from`. */
  people: number;
  /** Who should go and finds no seat. */
  kept: number;
}

/** The changes in numbers, added to those before, in the order of the types. */
export function addMoves(
  before: readonly LicenseMove[],
  changes: readonly LicenseChange[],
): readonly LicenseMove[] {
  const moves = new Map(before.map((move) => [`${move.from}>${move.to}`, { ...move }]));
  for (const { from, to, keptForWantOfSeat } of changes) {
    const key = `${from?.licenseType ?? null}>${to.licenseType}`;
    const move = moves.get(key) ?? {
      from: from?.licenseType ?? null,
      to: to.licenseType,
      people: 0,
      kept: 0,
    };
    moves.set(key, {
      ...move,
      people: move.people + 1,
      kept: move.kept + (keptForWantOfSeat ? 1 : 0),
    });
  }
  return [...moves.values()].toSorted((a, b) => rank(a.from) - rank(b.from) || rank(a.to) - rank(b.to));
}

function rank(licenseType: LicenseType | null): number {
  return licenseType === null ? -1 : LICENSE_TYPES.indexOf(licenseType);
}

/** Moves that were kept as JSON; null for what are none. */
export function readMoves(value: JsonValue | undefined): readonly LicenseMove[] | null {
  if (!isJsonArray(value)) return null;
  return value.flatMap((each) => {
    if (!isJsonObject(each)) return [];
    const { from, to, people, kept } = each;
    if (!isLicenseType(to) || typeof people !== 'number' || typeof kept !== 'number') return [];
    return [{ from: isLicenseType(from) ? from : null, to, people, kept }];
  });
}
