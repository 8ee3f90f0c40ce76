import type { User } from '@rollcall/domain/users/user';

/** What the command shows of a person: what an operator acts on, and none of the further attributes. */
export interface UserDescription extends Pick<
  User,
  | 'id'
  | 'userName'
  | 'state'
  | 'scimManaged'
  | 'externalId'
  | 'licenseType'
  | 'licenseSource'
  | 'pendingUserName'
  | 'deletedBy'
  | 'groups'
  | 'createdAt'
  | 'updatedAt'
> {}

export function describeUser(user: User): UserDescription {
  return {
    id: user.id,
    userName: user.userName,
    state: user.state,
    scimManaged: user.scimManaged,
    externalId: user.externalId,
    licenseType: user.licenseType,
    licenseSource: user.licenseSource,
    pendingUserName: user.pendingUserName,
    deletedBy: user.deletedBy,
    groups: user.groups,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  };
}
