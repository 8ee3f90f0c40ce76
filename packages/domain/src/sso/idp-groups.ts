import { InvalidInputError } from '../errors.ts';

const MOST_GROUPS = 1000;
const LONGEST_GROUP = 500;

/**
 * The groups of the identity provider that a mapping names, each once. They are compared exactly with those of a sign-in, so
 * not even a blank is trimmed. Throws InvalidInputError.
 */
export function readIdpGroups(idpGroups: readonly string[], path: string): readonly string[] {
  const groups = [...new Set(idpGroups)];
  if (groups.length <= MOST_GROUPS && groups.every(isGroup)) return groups;
  throw new InvalidInputError(
    `A mapping takes up to ${MOST_GROUPS} names or ids of groups, of 1 to ${LONGEST_GROUP} characters and without control characters.`,
    path,
  );
}

/** Whether two mappings name the same groups, each of them once. */
export function areSameGroups(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(a);
  return a.length === b.length && b.every((group) => known.has(group));
}

function isGroup(group: string): boolean {
  return group.trim() !== '' && group.length <= LONGEST_GROUP && !/\p{Cc}|\p{Cs}/u.test(group);
}
