import { isDeepStrictEqual } from 'node:util';
import { InvalidInputError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type Email, isAddress, sameIgnoringCase, withWorkEmail, workEmail } from './email-addresses.ts';
import type { OneSidedChange, User, UserInput } from './user.ts';

export interface ResolvedAddress {
  userName: string;
  attributes: JsonObject;
  oneSidedChange: OneSidedChange | null;
}

/**
 * Holds the rule of accounts whose user names are addresses: userName is an e-mail address and equals the work e-mail.
 * A whole resource (POST, PUT) must agree with itself; without e-mails it gets one from its userName. A PATCH is judged
 * after all of its operations, and when it changed only one of the two, the other follows.
 * Throws InvalidInputError with advice for the identity provider's administrator.
 */
export function resolveAddress(current: User | undefined, input: UserInput, whole: boolean): ResolvedAddress {
  if (current !== undefined && saysNothingNew(current, input)) {
    const { userName, attributes } = input;
    return { userName, attributes, oneSidedChange: current.oneSidedChange };
  }
  const resolved =
    whole || current === undefined ? resolveWhole(current, input) : resolvePatch(current, input);
  if (resolved.userName !== current?.userName) assertAddress(resolved.userName);
  return resolved;
}

// Somebody who was there before user names had to be addresses can still be deactivated, and changed in other ways.
function saysNothingNew(current: User, input: UserInput): boolean {
  return (
    input.userName === current.userName &&
    isDeepStrictEqual(input.attributes['emails'], current.attributes['emails'])
  );
}

function resolveWhole(current: User | undefined, input: UserInput): ResolvedAddress {
  const { userName, attributes } = input;
  assertAddress(userName);
  const isSame = current !== undefined && sameIgnoringCase(userName, current.userName);
  const oneSidedChange = isSame ? current.oneSidedChange : null;
  if (attributes['emails'] === undefined) {
    return { userName, attributes: withWorkEmail(attributes, userName), oneSidedChange };
  }
  const work = workEmail(attributes);
  if (work?.value === undefined || !sameIgnoringCase(work.value, userName))
    throw disagreement(userName, work);
  return { userName, attributes, oneSidedChange };
}

function resolvePatch(current: User, input: UserInput): ResolvedAddress {
  const before = workEmail(current.attributes);
  const work = workEmail(input.attributes);
  const nameChanged = !sameIgnoringCase(input.userName, current.userName);
  const kept = { userName: input.userName, attributes: input.attributes };
  if (!nameChanged && work?.value === before?.value)
    return { ...kept, oneSidedChange: current.oneSidedChange };
  if (nameChanged && work?.value === undefined && before?.value === undefined) {
    return { ...kept, attributes: withWorkEmail(input.attributes, input.userName), oneSidedChange: null };
  }
  if (
    work?.value === undefined ||
    (before?.type?.toLowerCase() === 'work' && work.type?.toLowerCase() !== 'work')
  ) {
    throw new InvalidInputError(
      'The work e-mail cannot be removed: people of this account sign in with it.',
      'emails',
    );
  }
  const emailChanged = !sameIgnoringCase(work.value, before?.value ?? current.userName);
  if (nameChanged && emailChanged) {
    if (!sameIgnoringCase(input.userName, work.value)) throw disagreement(input.userName, work);
    return { ...kept, oneSidedChange: null };
  }
  if (nameChanged) {
    const oneSidedChange = oneSided(current, 'userName', input.userName);
    return { ...kept, attributes: withWorkEmail(input.attributes, input.userName), oneSidedChange };
  }
  if (emailChanged)
    return { ...kept, userName: work.value, oneSidedChange: oneSided(current, 'emails', work.value) };
  return { ...kept, oneSidedChange: current.oneSidedChange };
}

// Without this, an identity provider that maps the two attributes to different sources would change one back whenever
// the other had followed, in each of its cycles.
function oneSided(current: User, attribute: OneSidedChange['attribute'], to: string): OneSidedChange {
  const earlier = current.oneSidedChange;
  if (earlier !== null && earlier.attribute !== attribute && sameIgnoringCase(earlier.from, to)) {
    throw new InvalidInputError(
      'The identity provider maps userName and the work e-mail differently; map both to the same attribute.',
      attribute,
    );
  }
  return { attribute, from: current.userName };
}

function assertAddress(userName: string): void {
  if (isAddress(userName)) return;
  throw new InvalidInputError(
    `userName must be an e-mail address in this account, but is "${userName}". In Okta set Application username format to Email; in Entra ID map userName to an attribute that holds the e-mail address.`,
    'userName',
  );
}

function disagreement(userName: string, work: Email | undefined): InvalidInputError {
  const email = work?.value === undefined ? 'there is no work e-mail' : `the work e-mail is "${work.value}"`;
  return new InvalidInputError(
    `userName and the work e-mail must be the same address, but userName is "${userName}" and ${email}. In Okta set Application username format to Email; in Entra ID map userName and emails[type eq "work"].value to the same attribute.`,
    'emails',
  );
}
