import { InvalidInputError } from '../errors.ts';
import { isId } from '../ids.ts';
import type { Candidate } from './members.repository.ts';

const MOST_NAMED = 20;

/** The ids that can be somebody's. What cannot is unknown without asking the database; RFC 7643 3.1: ids are case-exact. */
export function possibleIds(userIds: Iterable<string>): string[] {
  return [...userIds].filter((id) => isId(id));
}

/**
 * Throws InvalidInputError unless SCIM shows everybody who is named. Someone of another account and a group are as
 * unknown as anyone else: nested groups are not supported.
 */
export function assertKnown(userIds: Iterable<string>, candidates: ReadonlyMap<string, Candidate>): void {
  const unknown = [...userIds].filter((id) => !candidates.has(id));
  if (unknown.length === 0) return;
  throw new InvalidInputError(
    `No user of this account has the id ${firstOf(unknown)}. ` +
      'Members are named by the id that this service gave to a user; groups cannot be members.',
    'members',
  );
}

/** The `reject` setting: throws InvalidInputError if anybody who joins has no license yet, because they are only invited. */
export function assertLicensed(
  joining: readonly string[],
  candidates: ReadonlyMap<string, Candidate>,
  path = 'members',
): void {
  const unlicensed = joining.flatMap((id) => {
    const candidate = candidates.get(id);
    return candidate?.state === 'invited' ? [candidate.userName] : [];
  });
  if (unlicensed.length === 0) return;
  throw new InvalidInputError(
    'All users must have licenses on the account, and these have not accepted their invitation yet: ' +
      `${firstOf(unlicensed)}. Add them once they have, or let the account hold unlicensed members.`,
    path,
  );
}

/** Names the first of many. */
export function firstOf(names: readonly string[]): string {
  const named = names
    .slice(0, MOST_NAMED)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}
