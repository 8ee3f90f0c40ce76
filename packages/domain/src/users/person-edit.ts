import type { AccountSettings } from '../accounts/account-settings.ts';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isAddress, sameIgnoringCase, withoutWorkEmail, withWorkEmail } from './email-addresses.ts';
import type { User, UserInput } from './user.ts';

/** What an administrator can write of a person by hand: undefined leaves it as it is, null takes it away. */
export type PersonEdit = { [Field in ProfileField]?: string | null | undefined } & {
  userName?: string | undefined;
  /** The work e-mail. Where user names are addresses it is the user name, and either of the two says both. */
  email?: string | null | undefined;
};

/** Where each field is kept among the SCIM attributes: an extension's under its URN. */
const PLACES = {
  displayName: ['displayName'],
  givenName: ['name', 'givenName'],
  familyName: ['name', 'familyName'],
  middleName: ['name', 'middleName'],
  formattedName: ['name', 'formatted'],
  honorificPrefix: ['name', 'honorificPrefix'],
  honorificSuffix: ['name', 'honorificSuffix'],
  nickName: ['nickName'],
  title: ['title'],
  userType: ['userType'],
  profileUrl: ['profileUrl'],
  preferredLanguage: ['preferredLanguage'],
  locale: ['locale'],
  timezone: ['timezone'],
  employeeNumber: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'employeeNumber'],
  costCenter: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'costCenter'],
  organization: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'organization'],
  division: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'division'],
  department: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'department'],
} as const satisfies Record<string, readonly [string] | readonly [string, string]>;

export type ProfileField = keyof typeof PLACES;

const LONGEST_VALUE = 500;

/**
 * The whole person as the edit leaves them, in the form in which an identity provider would send them; `current` is
 * undefined for a newcomer, who needs a user name. Throws InvalidInputError with the field's path.
 */
export function inputAfterEdit(
  current: User | undefined,
  edit: PersonEdit,
  settings: AccountSettings,
): UserInput {
  const isNamedByAddress = settings.scim.userNamePolicy === 'email';
  const named = edit.userName ?? (isNamedByAddress ? (edit.email ?? undefined) : undefined);
  const userName = named === undefined ? current?.userName : readText(named, 'userName');
  if (userName === undefined) throw new InvalidInputError('A person needs a user name.', 'userName');
  const profile = profileAfter(current?.attributes ?? {}, edit);
  return {
    userName,
    externalId: current?.externalId ?? null,
    active: undefined,
    attributes: isNamedByAddress
      ? addressedByName(current, profile, edit, userName)
      : addressedFreely(profile, edit),
    licenseType: undefined,
    namesAddress: edit.userName !== undefined || edit.email !== undefined,
  };
}

export const PROFILE_FIELDS: readonly ProfileField[] = Object.keys(PLACES).filter((name) =>
  isProfileField(name),
);

/** One field of a person's profile; null where they have none. */
export function profileValue(attributes: JsonObject, field: ProfileField): string | null {
  const [first, second] = PLACES[field];
  const outer = attributes[first];
  const value = second === undefined ? outer : isJsonObject(outer) ? outer[second] : undefined;
  return typeof value === 'string' ? value : null;
}

function profileAfter(attributes: JsonObject, edit: PersonEdit): JsonObject {
  let after = attributes;
  for (const [field, [first, second]] of Object.entries(PLACES)) {
    if (!isProfileField(field) || edit[field] === undefined) continue;
    const value = edit[field] === null ? undefined : readText(edit[field], field);
    after =
      second === undefined
        ? withMember(after, first, value)
        : withMember(after, first, ifAny(withMember(objectAt(after, first), second, value)));
  }
  return after;
}

function isProfileField(text: string): text is ProfileField {
  return Object.hasOwn(PLACES, text);
}

function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  const { [name]: _before, ...others } = object;
  return value === undefined ? others : { ...others, [name]: value };
}

function objectAt(attributes: JsonObject, name: string): JsonObject {
  const value = attributes[name];
  return isJsonObject(value) ? value : {};
}

function ifAny(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

// What an address is, and that user name and work e-mail agree, is said here in words for administrators; the rule's own
// words are for those of an identity provider.
function addressedByName(
  current: User | undefined,
  profile: JsonObject,
  edit: PersonEdit,
  userName: string,
): JsonObject {
  if (edit.userName === undefined && edit.email === undefined) return profile;
  if (userName !== current?.userName && !isAddress(userName)) {
    throw new InvalidInputError(
      `The user name must be an e-mail address in this account, but is "${userName}".`,
      'userName',
    );
  }
  if (edit.email !== undefined && !sameIgnoringCase(edit.email?.trim() ?? '', userName)) {
    throw new InvalidInputError(
      'In this account people are named by their e-mail address: it cannot differ from the user name or be taken away.',
      'email',
    );
  }
  return isAddress(userName) ? withWorkEmail(profile, userName) : profile;
}

function addressedFreely(profile: JsonObject, edit: PersonEdit): JsonObject {
  if (edit.email === undefined) return profile;
  if (edit.email === null) return withoutWorkEmail(profile);
  const email = readText(edit.email, 'email');
  if (!isAddress(email)) throw new InvalidInputError(`"${email}" is no e-mail address.`, 'email');
  return withWorkEmail(profile, email);
}

function readText(text: string, path: string): string {
  const value = text.trim();
  if (value !== '' && value.length <= LONGEST_VALUE && !/\p{Cc}|\p{Cs}/u.test(value)) return value;
  throw new InvalidInputError(
    `This takes 1 to ${LONGEST_VALUE} characters, none of them a control character. To take a value away, set it to null.`,
    path,
  );
}
