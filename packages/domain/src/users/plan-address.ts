import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { domainOf, isAddress, sameIgnoringCase, withWorkEmail, workEmail } from './email-addresses.ts';
import { resolveAddress } from './resolve-address.ts';
import { isTombstone, type StoredUser, type User, type UserInput, type UserWrite } from './user.ts';

/** User name and e-mails as they will be stored. */
export type Address = Pick<StoredUser, 'userName' | 'pendingUserName' | 'oneSidedChange' | 'attributes'>;

/**
 * What a write makes of a person's address: it applies at once, waits for confirmation from the new address, or cancels a
 * change that waits. Throws InvalidInputError.
 */
export function planAddress(
  current: User | undefined,
  input: UserInput,
  settings: AccountSettings,
  write: UserWrite,
): Address {
  const said =
    write === 'link' && current !== undefined
      ? { ...input, attributes: addedTo(current.attributes, input.attributes) }
      : input;
  if (settings.scim.userNamePolicy === 'any') return freeAddress(said);
  const resolved = resolveAddress(current, said, write !== 'modify');
  const { userName, attributes, oneSidedChange } = resolved;
  if (current === undefined) return { ...resolved, pendingUserName: null };
  if (sameIgnoringCase(userName, current.userName)) {
    const keeps = keepsPending(current, { ...said, attributes }, write);
    return { ...resolved, pendingUserName: keeps ? current.pendingUserName : null };
  }
  // Nobody signs in yet with an address that was never confirmed: a new one can simply take its place.
  const neverConfirmed = current.activatedAt === null || isTombstone(current);
  const confirmed = current.signInEmail !== null && sameIgnoringCase(userName, current.signInEmail);
  if (neverConfirmed || confirmed || isVouchedFor(settings, userName)) {
    return { ...resolved, pendingUserName: null };
  }
  const askedBefore = current.pendingUserName !== null && sameIgnoringCase(userName, current.pendingUserName);
  return {
    userName: current.userName,
    pendingUserName: askedBefore ? current.pendingUserName : userName,
    oneSidedChange: askedBefore ? current.oneSidedChange : oneSidedChange,
    attributes: withAddressOf(current, attributes),
  };
}

// Linking takes nothing away: a name without familyName keeps the one that was known.
function addedTo(known: JsonObject, said: JsonObject): JsonObject {
  const parts = Object.entries(said).map(([name, value]) => {
    const before = known[name];
    return [name, isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value] as const;
  });
  return { ...known, ...Object.fromEntries(parts) };
}

// Okta sends back what it read when it only means to deactivate, reactivate or set a password: that must not cancel.
function keepsPending(current: User, input: UserInput, write: UserWrite): boolean {
  if (current.pendingUserName === null || !input.namesAddress) return true;
  return (
    write === 'replace' &&
    input.externalId === current.externalId &&
    (input.licenseType === undefined || input.licenseType === current.assertedLicenseType) &&
    isDeepStrictEqual(input.attributes, current.attributes)
  );
}

/** The new attributes with the address that is still in effect. */
function withAddressOf(current: User, attributes: JsonObject): JsonObject {
  const inEffect = workEmail(current.attributes)?.value;
  if (inEffect !== undefined) return withWorkEmail(attributes, inEffect);
  const { emails: _notYet, ...others } = attributes;
  const emails = current.attributes['emails'];
  return emails === undefined ? others : { ...others, emails };
}

// User names are free text, and changes of e-mail show at once.
function freeAddress(input: UserInput): Address {
  const { userName, attributes } = input;
  if (userName.trim() === '') throw new InvalidInputError('userName must not be empty.', 'userName');
  return { userName, attributes, pendingUserName: null, oneSidedChange: null };
}

/** A verified domain vouches for the address; anyone else has to accept an invitation first. */
export function stateOfNewcomer(
  settings: AccountSettings,
  address: string | undefined,
): 'active' | 'invited' {
  return address === undefined || isVouchedFor(settings, address) ? 'active' : 'invited';
}

/** Where mail for the person goes, and whose domain decides: the user name where it is an address, else the work e-mail. */
export function addressOf(
  settings: AccountSettings,
  user: Pick<StoredUser, 'userName' | 'attributes'>,
): string | undefined {
  const isName = settings.scim.userNamePolicy === 'email' && isAddress(user.userName);
  return isName ? user.userName : workEmail(user.attributes)?.value;
}

/** Whether a write leaves a person at the address where they were invited. */
export function keepsAddress(
  settings: AccountSettings,
  before: Pick<StoredUser, 'userName' | 'attributes'>,
  after: Pick<StoredUser, 'userName' | 'attributes'>,
): boolean {
  const [from, to] = [addressOf(settings, before), addressOf(settings, after)];
  return from === undefined || to === undefined ? from === to : sameIgnoringCase(from, to);
}

/**
 * The address that serves sign-in and mail after a write: the new one where a verified domain vouches for it, else the one
 * that the person confirmed before. Somebody who never confirmed one, or comes back from a tombstone, has none.
 */
export function signInEmailAfter(
  settings: AccountSettings,
  before: StoredUser,
  after: Pick<StoredUser, 'userName' | 'attributes'>,
): string | null {
  const address = addressOf(settings, after);
  if (address !== undefined && isVouchedFor(settings, address)) return address;
  return before.activatedAt === null || isTombstone(before) ? null : before.signInEmail;
}

/**
 * The address from which a person has to confirm a change before it takes effect, or before it serves sign-in and mail;
 * null when nothing waits. Only who is active is asked: whoever comes back is asked then.
 */
export function awaitedAddress(settings: AccountSettings, user: StoredUser): string | null {
  if (user.state !== 'active') return null;
  if (user.pendingUserName !== null) return user.pendingUserName;
  const shown = workEmail(user.attributes)?.value;
  if (settings.scim.userNamePolicy === 'email' || shown === undefined) return null;
  const isConfirmed = user.signInEmail !== null && sameIgnoringCase(user.signInEmail, shown);
  return isConfirmed ? null : shown;
}

/** Where mail reaches somebody who is active: an address that was confirmed, by its domain or by the person. */
export function confirmedAddress(settings: AccountSettings, user: StoredUser): string | null {
  const isName = settings.scim.userNamePolicy === 'email' && isAddress(user.userName);
  return isName ? user.userName : user.signInEmail;
}

function isVouchedFor(settings: AccountSettings, address: string): boolean {
  return settings.verifiedDomains.includes(domainOf(address));
}
