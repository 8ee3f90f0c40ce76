import type { Group } from '@rollcall/domain/groups/group';

/** What the command shows of a group. */
export interface GroupDescription extends Pick<
  Group,
  | 'id'
  | 'displayName'
  | 'externalId'
  | 'scimManaged'
  | 'defaultGroup'
  | 'assignByDefault'
  | 'version'
  | 'createdAt'
  | 'updatedAt'
> {}

export function describeGroup(group: Group): GroupDescription {
  return {
    id: group.id,
    displayName: group.displayName,
    externalId: group.externalId,
    scimManaged: group.scimManaged,
    defaultGroup: group.defaultGroup,
    assignByDefault: group.assignByDefault,
    version: group.version,
    createdAt: group.createdAt,
    updatedAt: group.updatedAt,
  };
}
