/** The types that an account always has; `analyst` needs seats that not every account was given. */
export const licenseTypes = ['developer', 'it', 'read_only'] as const;
export type LicenseType = (typeof licenseTypes)[number];

/**
 * `suspended` is a pause, `left` an account that was taken away (and can come back), `purged` one that
 * the identity provider deleted for good.
 */
export type Standing = 'working' | 'suspended' | 'left' | 'purged';

export interface Person {
  /** The identity provider's own object id, sent as `externalId`. */
  readonly key: string;
  readonly userName: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly employeeNumber: string;
  readonly department: string;
  readonly title: string | undefined;
  readonly mobile: string | undefined;
  readonly city: string | undefined;
  readonly country: string | undefined;
  readonly locale: string;
  readonly managerKey: string | undefined;
  readonly licenseType: LicenseType | undefined;
  readonly standing: Standing;
  /** The key under which a purged person was hired again. */
  readonly rehiredAs: string | undefined;
}

export interface Group {
  readonly key: string;
  readonly name: string;
  /** The one other name that the group can take, known from the start so that a repeated run finds it under either. */
  readonly otherName: string;
  readonly members: ReadonlySet<string>;
  readonly removed: boolean;
}

export interface Directory {
  readonly people: ReadonlyMap<string, Person>;
  readonly groups: ReadonlyMap<string, Group>;
}

export interface DirectorySettings {
  readonly kind: 'okta' | 'entra';
  readonly people: number;
  readonly groups: number;
  readonly days: number;
  readonly domain: string;
  /** Percentage of people whose addresses are in a domain that the account has not verified. */
  readonly outside: number;
  readonly licenses: boolean;
  /** In every user name and group name: what this directory owns in the account. */
  readonly tag: string;
}

export function displayNameOf(person: Person): string {
  return `${person.givenName} ${person.familyName}`;
}

export function groupsOf(directory: Directory, personKey: string): Group[] {
  return livingGroups(directory).filter((group) => group.members.has(personKey));
}

export function livingGroups(directory: Directory): Group[] {
  return [...directory.groups.values()].filter((group) => !group.removed);
}

/** A user name with '@' missing is the slip of the administrator that every provider must refuse. */
export function isMisspelt(person: Person): boolean {
  return !person.userName.includes('@');
}
