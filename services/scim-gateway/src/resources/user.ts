import { isShownActive, type User, type UserInput } from '@rollcall/domain/users/user';
import type { ReadUnder } from '@rollcall/domain/custom-schemas/read-under';
import { invalidValue } from '@rollcall/scim-protocol/errors';
import { isJsonObject, type JsonObject, type JsonValue, ownValue } from '@rollcall/scim-protocol/json';
import { type ResourceType, userResourceType } from '@rollcall/scim-protocol/resource-types';
import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { type ScimResource, withSchemas } from '@rollcall/scim-protocol/validate-resource';
import type { AccountSettings } from '@rollcall/domain/accounts/account-settings';
import { userTag } from '../entity-tag.ts';
import { schemasFor, typeCache } from './custom-schemas.ts';

const typesWithAddressesAsNames = userTypes(true);
const typesWithAnyNames = userTypes(false);

/** What a user is in this account: where user names are e-mail addresses, e-mails are required. */
export function userTypeOf({ scim, customSchemas }: AccountSettings): ResourceType {
  return scim.userNamePolicy === 'email'
    ? typesWithAddressesAsNames(customSchemas)
    : typesWithAnyNames(customSchemas);
}

function userTypes(emailsRequired: boolean): ReturnType<typeof typeCache> {
  return typeCache((customSchemas) =>
    userResourceType({ emailsRequired, customSchemas: schemasFor('User', customSchemas) }),
  );
}

/** The user as SCIM shows them, whole. */
export function userResource(user: User, resourceType: ResourceType, baseUrl: string): ScimResource {
  return {
    ...writableUser(user, resourceType),
    id: user.id,
    groups: user.groups.map((group) => ({
      value: group.id,
      $ref: `${baseUrl}/Groups/${group.id}`,
      display: group.displayName,
      type: 'direct',
    })),
    meta: {
      resourceType: 'User',
      created: user.createdAt.toISOString(),
      lastModified: user.updatedAt.toISOString(),
      location: userLocation(user.id, baseUrl),
      version: userTag(user),
    },
  };
}

/** What of a user a client can write, for a PATCH to start from. */
export function writableUser(user: User, resourceType: ResourceType): ScimResource {
  const resource: Record<string, JsonValue> = { ...user.attributes };
  resource['userName'] = user.userName;
  if (user.externalId !== null) resource['externalId'] = user.externalId;
  resource['active'] = isShownActive(user);
  if (user.assertedLicenseType !== null)
    resource[LICENSE_USER_URN] = { licenseType: user.assertedLicenseType };
  return withSchemas(resource, resourceType);
}

export function userLocation(id: string, baseUrl: string): string {
  return `${baseUrl}/Users/${id}`;
}

/** What the resource says about a person, for the domain to decide on. */
export function userInput(
  resource: ScimResource,
  said: Pick<UserInput, 'licenseType' | 'namesAddress'> & { readUnder: ReadUnder },
): UserInput {
  const { userName, externalId, active, ...others } = resource;
  if (typeof userName !== 'string') throw invalidValue('"userName" is required.');
  return {
    userName,
    externalId: typeof externalId === 'string' ? externalId : null,
    active: typeof active === 'boolean' ? active : undefined,
    attributes: attributesIn(others),
    ...said,
  };
}

/** The license type in a resource; undefined where it has none. */
export function licenseTypeIn(resource: ScimResource): string | undefined {
  const extension = ownValue(resource, LICENSE_USER_URN);
  const licenseType = isJsonObject(extension) ? ownValue(extension, 'licenseType') : undefined;
  return typeof licenseType === 'string' ? licenseType : undefined;
}

/**
 * Whether a body takes the license type back by saying null or "" where it would be. Reading drops what is unassigned,
 * but a PUT that says nothing keeps the license type and one that says null does not.
 */
export function takesLicenseTypeBack(body: JsonValue): boolean {
  const extension = valueIgnoringCase(body, LICENSE_USER_URN);
  if (extension === null) return true;
  const licenseType = valueIgnoringCase(extension, 'licenseType');
  return licenseType === null || licenseType === '';
}

const KEPT_ELSEWHERE: ReadonlySet<string> = new Set([
  'schemas',
  'id',
  'meta',
  'groups',
  'password',
  LICENSE_USER_URN,
]);

function attributesIn(resource: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !KEPT_ELSEWHERE.has(name)));
}

function valueIgnoringCase(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const lower = key.toLowerCase();
  const name = Object.keys(value).find((each) => each.toLowerCase() === lower);
  return name === undefined ? undefined : value[name];
}
