import type { Group, GroupMember } from '@rollcall/domain/groups/group';
import { invalidValue } from '@rollcall/scim-protocol/errors';
import type { MemberReferences } from '@rollcall/scim-protocol/group-changes';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import { groupResourceType, type ResourceType } from '@rollcall/scim-protocol/resource-types';
import { type ScimResource, withSchemas } from '@rollcall/scim-protocol/validate-resource';

export const GROUP_TYPE: ResourceType = groupResourceType();

/** The group as SCIM shows it, without its members. */
export function groupResource(group: Group, baseUrl: string): ScimResource {
  return withSchemas(
    {
      id: group.id,
      ...(group.externalId === null ? {} : { externalId: group.externalId }),
      displayName: group.displayName,
      meta: {
        resourceType: 'Group',
        created: group.createdAt.toISOString(),
        lastModified: group.updatedAt.toISOString(),
        location: groupLocation(group.id, baseUrl),
        version: `W/"${group.version}"`,
      },
    },
    GROUP_TYPE,
  );
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
