import type { AccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Group, GroupMember } from '@rollcall/domain/groups/group';
import { invalidValue } from '@rollcall/scim-protocol/errors';
import type { MemberReferences } from '@rollcall/scim-protocol/group-changes';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import { groupResourceType, type ResourceType } from '@rollcall/scim-protocol/resource-types';
import { type ScimResource, withSchemas } from '@rollcall/scim-protocol/validate-resource';
import { groupTag } from '../entity-tag.ts';
import { schemasFor, typeCache } from './custom-schemas.ts';

const groupTypes = typeCache((customSchemas) => groupResourceType(schemasFor('Group', customSchemas)));

/** What a group is in this account: the core schema and the account's own extensions. */
export function groupTypeOf({ customSchemas }: Pick<AccountSettings, 'customSchemas'>): ResourceType {
  return groupTypes(customSchemas);
}

/** The group as SCIM shows it, without its members. */
export function groupResource(group: Group, resourceType: ResourceType, baseUrl: string): ScimResource {
  return withSchemas(
    {
      ...group.attributes,
      id: group.id,
      ...(group.externalId === null ? {} : { externalId: group.externalId }),
      displayName: group.displayName,
      meta: {
        resourceType: 'Group',
        created: group.createdAt.toISOString(),
        lastModified: group.updatedAt.toISOString(),
        location: groupLocation(group.id, baseUrl),
        version: groupTag(group),
      },
    },
    resourceType,
  );
}

/** The data of extensions in a resource, each under its URN: only that has a colon (RFC 7643 2.1). */
export function extensionData(resource: ScimResource): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name.includes(':')));
}

export function memberEntry(member: GroupMember, baseUrl: string): JsonObject {
  return {
    value: member.userId,
    $ref: `${baseUrl}/Users/${member.userId}`,
    display: member.display,
    type: 'User',
  };
}

export function groupLocation(id: string, baseUrl: string): string {
  return `${baseUrl}/Groups/${id}`;
}

/** Groups hold people alone: identity providers send the people of nested groups by themselves. */
export function refuseNestedGroups({ nestedGroupIds }: Pick<MemberReferences, 'nestedGroupIds'>): void {
  if (nestedGroupIds.length === 0) return;
  const named = nestedGroupIds.slice(0, 20).join(', ');
  throw invalidValue(`Members of a group must be users; these were sent as groups: ${named}.`);
}
