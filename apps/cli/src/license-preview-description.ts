import type { HeldLicense, LicenseChange } from '@rollcall/domain/licenses/license-plan';
import type { LicensePreview, SeatEffect } from '@rollcall/domain/licenses/license-preview';
import type { LicenseMove } from '@rollcall/domain/licenses/license-moves';
import { printable } from './output.ts';

const MOST_NAMED = 20;
const MOST_DESCRIBED = 1000;

/** For scripts: everything in numbers, and the first thousand people. */
export function describeLicenses({ moves, seats, changes }: LicensePreview): object {
  return { moves, seats, people: changes.length, changes: changes.slice(0, MOST_DESCRIBED) };
}

/** Who would get which license, and why, for a person to read. */
export function licenseLines({ moves, seats, changes }: LicensePreview): string[] {
  if (changes.length === 0) return ["Nobody's license changes."];
  const more = changes.length - MOST_NAMED;
  return [
    ...moves.map(moveLine),
    ...changes.slice(0, MOST_NAMED).map(changeLine),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...seats.flatMap(seatLine),
  ];
}

function moveLine({ from, to, people, kept }: LicenseMove): string {
  const what = from === to ? `${to}, for another reason` : `${from ?? 'no license'} to ${to}`;
  const without = kept === 0 ? '' : `; no seat is free for ${kept}`;
  return `${people === 1 ? '1 person' : `${people} people`}: ${what}${without}`;
}

function changeLine({ person, from, to, decision, keptForWantOfSeat }: LicenseChange): string {
  const reason = keptForWantOfSeat ? 'No seat is free.' : (decision.steps.at(-1)?.reason ?? '');
  return printable(`  ${person.userName}: ${nameOf(from)} to ${nameOf(to)}. ${reason}`);
}

function nameOf(license: HeldLicense | null): string {
  return license === null ? 'no license' : `${license.licenseType} (${license.source})`;
}

function seatLine({ licenseType, limit, usedBefore, usedAfter }: SeatEffect): string[] {
  return limit === null
    ? []
    : [`Seats of ${licenseType}: ${usedBefore} in use, then ${usedAfter} of ${limit}`];
}
