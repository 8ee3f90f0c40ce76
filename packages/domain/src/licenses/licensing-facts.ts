import { createHash } from 'node:crypto';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { LicenseMove } from './license-moves.ts';
import { LICENSE_TYPES, type LicenseType } from './license-type.ts';

/** What a preview rests on, each by a name for people: what applying compares, and what it says when it differs. */
export type Facts = Readonly<Record<string, string>>;

const LONGEST_LISTING = 200;

/** What of the settings bears on licenses. */
export function licensingFacts(settings: AccountSettings): Facts {
  const { enabled, manageLicenses, defaultLicenseType } = settings.scim;
  const perType = LICENSE_TYPES.flatMap((licenseType): [string, string][] => [
    [`Seats of ${licenseType}`, seatsOf(settings, licenseType)],
    [`Groups mapped to ${licenseType}`, mappedTo(settings, licenseType)],
  ]);
  return {
    enabled: factOf(enabled),
    manageLicenses: factOf(manageLicenses),
    defaultLicenseType: factOf(defaultLicenseType),
    ...Object.fromEntries(perType),
  };
}

/** How many people go from which license to which. */
export function moveFacts(moves: readonly LicenseMove[]): Facts {
  return Object.fromEntries(
    moves.map(({ from, to, people, kept }) => [
      from === to ? `People who keep ${to} for another reason` : `People from ${from ?? 'none'} to ${to}`,
      kept === 0 ? `${people}` : `${people}, of them ${kept} without a seat`,
    ]),
  );
}

export function factOf(value: string | number | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === null ? 'none' : `${value}`;
}

function seatsOf({ seatLimits }: AccountSettings, licenseType: LicenseType): string {
  return factOf(seatLimits.find((seat) => seat.licenseType === licenseType)?.limit ?? null);
}

function mappedTo({ licenseMappings }: AccountSettings, licenseType: LicenseType): string {
  const groups = licenseMappings
    .filter((mapping) => mapping.licenseType === licenseType)
    .flatMap(({ idpGroups }) => idpGroups)
    .toSorted();
  const listing = groups.map((group) => JSON.stringify(group)).join(', ');
  if (groups.length === 0) return 'none';
  if (listing.length <= LONGEST_LISTING) return listing;
  return `${groups.length} groups (${createHash('sha256').update(listing).digest('hex').slice(0, 8)})`;
}

/** What is different now, a sentence each. */
export function factDifferences(before: Facts, after: Facts): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [then, now] = [before[name] ?? 'none', after[name] ?? 'none'];
    return then === now ? [] : [`${name}: ${then} in the preview, ${now} now.`];
  });
}
