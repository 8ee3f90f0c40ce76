import type { ReadUnder } from '../custom-schemas/read-under.ts';
import type { JsonObject } from '../json.ts';
import type { LicenseSource, LicenseType } from '../licenses/license-type.ts';

/** Only `active` people hold a seat. */
export type UserState = 'invited' | 'active' | 'deactivated' | 'deleted';

/** A person in one account. */
export interface User extends StoredUser {
  accountId: string;
  id: string;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** The groups that SCIM shows; empty when they were not asked for. */
  groups: readonly { id: string; displayName: string }[];
}

/** What a change can change. */
export interface StoredUser {
  state: UserState;
  /** An identity provider does not see whom it deleted, but sees whom an administrator deleted, as inactive. */
  deletedBy: 'scim' | 'administrator' | null;
  scimManaged: boolean;
  /** A break-glass administrator, whom SCIM never sees. */
  localAdministrator: boolean;
  userName: string;
  /** Takes effect when it is confirmed from the new address; until then it finds the person, and nobody else can take it. */
  pendingUserName: string | null;
  oneSidedChange: OneSidedChange | null;
  externalId: string | null;
  /**
   * SCIM attributes by their canonical names, extensions under their URN. Not in it: id, userName, externalId, active,
   * groups, meta, schemas, password and the license extension.
   */
  attributes: JsonObject;
  /** The address that was confirmed, by its domain or by the person: the one for sign-in and mail where user names are free. */
  signInEmail: string | null;
  signInGroups: readonly string[] | null;
  assertedLicenseType: LicenseType | null;
  manualLicenseType: LicenseType | null;
  /** In effect while active; kept while deactivated, so that it is held again on return. */
  licenseType: LicenseType | null;
  licenseSource: LicenseSource | null;
  /** When the person first became active; null for one who has only been invited. */
  activatedAt: Date | null;
  /** Personal data was blanked for good. */
  erased: boolean;
}

/** The last PATCH that changed userName or the work e-mail without the other, which then followed. */
export interface OneSidedChange {
  attribute: 'userName' | 'emails';
  from: string;
}

/** What is said about a person, whole (POST, PUT, by hand) or after a request's operations were applied (PATCH). */
export interface UserInput {
  userName: string;
  externalId: string | null;
  /** undefined: says nothing. */
  active: boolean | undefined;
  attributes: JsonObject;
  /** undefined: says nothing; null or '': not asserted any longer. */
  licenseType: string | null | undefined;
  /** By hand, of a newcomer: the license that an administrator chose. */
  manualLicenseType?: LicenseType | undefined;
  /** Whether the request itself says the address, whole or in a PATCH: saying the old one cancels a pending change. */
  namesAddress: boolean;
  /** Where the attributes were read by the account's schemas: the write is refused when others are in force. */
  readUnder?: ReadUnder;
}

/**
 * How a write treats what it does not say. `create` and `replace` carry a whole resource; `modify` the resource after its
 * operations; `link` is a POST that meets someone who was there before SCIM, and adds to what is known of them; `edit` is a
 * change by hand, which makes nobody SCIM-managed.
 */
export type UserWrite = 'create' | 'link' | 'replace' | 'modify' | 'edit';

/** SCIM's `active`. Invited people are shown as active: Okta would else re-activate them for ever. */
export function isShownActive(user: Pick<User, 'state'>): boolean {
  return user.state === 'active' || user.state === 'invited';
}

/** Whether the person was deleted and only a tombstone is left. */
export function isTombstone(user: Pick<User, 'state'>): boolean {
  return user.state === 'deleted';
}
