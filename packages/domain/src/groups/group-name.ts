import { InvalidInputError } from '../errors.ts';

const LONGEST_NAME = 256;

/** A group's name as somebody typed it, without the blanks around it. Throws InvalidInputError. */
export function readDisplayName(given: string): string {
  const displayName = given.trim();
  const isName =
    displayName !== '' && displayName.length <= LONGEST_NAME && !/\p{Cc}|\p{Cs}/u.test(displayName);
  if (isName) return displayName;
  throw new InvalidInputError(
    `A group's name has 1 to ${LONGEST_NAME} characters and no control characters.`,
    'displayName',
  );
}
