import { InvalidInputError } from '../errors.ts';
import { isId } from '../ids.ts';

const LONGEST_NAME = 200;

/** What stands in the place of a slug in the addresses of sign-in, and is none. */
const RESERVED_SLUGS = new Set(['callback', 'link', 'saml']);

/** Throws InvalidInputError unless the text can be a slug. One in the form of an id could be mistaken for another account's. */
export function assertSlug(slug: string): void {
  if (RESERVED_SLUGS.has(slug)) {
    throw new InvalidInputError(`"${slug}" is reserved: it stands for something else in addresses.`, 'slug');
  }
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u.test(slug) && !isId(slug)) return;
  throw new InvalidInputError(
    `"${slug}" cannot be a slug: use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends, and not the form of an id.`,
    'slug',
  );
}

/** Gives back a name for people to read, without blanks around it. */
export function readName(text: string, path: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= LONGEST_NAME && !/\p{Cc}|\p{Cs}/u.test(name)) return name;
  throw new InvalidInputError(
    `${path} must have 1 to ${LONGEST_NAME} characters and no control characters.`,
    path,
  );
}

/** Gives back the domain in lower case, as the domains of addresses are compared. */
export function readDomain(text: string, path = 'verifiedDomains'): string {
  const domain = text.trim().toLowerCase();
  if (domain.length <= 253 && domain.includes('.') && domain.split('.').every(isDomainLabel)) return domain;
  throw new InvalidInputError(
    `"${text}" is no e-mail domain: write it as it stands behind the @, for example example.com.`,
    path,
  );
}

function isDomainLabel(label: string): boolean {
  return /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label);
}
