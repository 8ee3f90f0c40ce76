import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { InvalidInputError } from '../errors.ts';
import { domainOf, sameIgnoringCase, withWorkEmail, workEmail } from './email-addresses.ts';
import { resolveAddress } from './resolve-address.ts';
import { isTombstone, type StoredUser, type User, type UserInput, type UserWrite } from './user.ts';

/** User name and e-mails as they will be stored. */
export type Address = Pick<
  StoredUser,
  'userName' | 'pendingUserName' | 'oneSidedChange' | 'attributes' | 'signInEmail'
>;

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
    write === 'link' ? { ...input, attributes: { ...current?.attributes, ...input.attributes } } : input;
  if (settings.scim.userNamePolicy === 'any') return freeAddress(current, said, settings);
  const resolved = resolveAddress(current, said, write !== 'modify');
  const { userName, attributes, oneSidedChange } = resolved;
  const at = (pendingUserName: string | null): Address => ({
    ...resolved,
    pendingUserName,
    signInEmail: null,
  });
  if (current === undefined) return at(null);
  if (sameIgnoringCase(userName, current.userName)) {
    return at(keepsPending(current, said, write) ? current.pendingUserName : null);
  }
  const vouchedFor = settings.verifiedDomains.includes(domainOf(userName));
  // Nobody signs in yet with an address that was never confirmed: a new one can simply take its place.
  const neverConfirmed = current.activatedAt === null || isTombstone(current);
  if (vouchedFor || neverConfirmed) return at(null);
  const askedBefore = current.pendingUserName !== null && sameIgnoringCase(userName, current.pendingUserName);
  return {
    userName: current.userName,
    pendingUserName: askedBefore ? current.pendingUserName : userName,
    oneSidedChange: askedBefore ? current.oneSidedChange : oneSidedChange,
    attributes: withWorkEmail(attributes, workEmail(current.attributes)?.value ?? current.userName),
    signInEmail: null,
  };
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

// User names are free text: changes of e-mail show at once, and serve sign-in and mail only when they are confirmed.
function freeAddress(current: User | undefined, input: UserInput, settings: AccountSettings): Address {
  if (input.userName.trim() === '') throw new InvalidInputError('userName must not be empty.', 'userName');
  const email = workEmail(input.attributes)?.value;
  const vouchedFor = email !== undefined && settings.verifiedDomains.includes(domainOf(email));
  return {
    userName: input.userName,
    pendingUserName: null,
    oneSidedChange: null,
    attributes: input.attributes,
    signInEmail: vouchedFor ? email : (current?.signInEmail ?? null),
  };
}

/** A verified domain vouches for the address; anyone else has to accept an invitation first. */
export function stateOfNewcomer(
  settings: AccountSettings,
  address: string | undefined,
): 'active' | 'invited' {
  if (address === undefined) return 'active';
  return settings.verifiedDomains.includes(domainOf(address)) ? 'active' : 'invited';
}

/** Where mail for the person goes, and whose domain decides: the user name where it is an address, else the work e-mail. */
export function addressOf(
  settings: AccountSettings,
  user: Pick<StoredUser, 'userName' | 'attributes'>,
): string | undefined {
  return settings.scim.userNamePolicy === 'email' ? user.userName : workEmail(user.attributes)?.value;
}
