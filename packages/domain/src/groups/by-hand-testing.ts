import { type Caller, callerWith } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import type { VersionCondition } from '../version-condition.ts';
import { createGroupByHand, type GroupByHandInput } from './create-group-by-hand.ts';
import { deleteGroupByHand } from './delete-group-by-hand.ts';
import type { Directory } from './group-testing.ts';
import type { Group } from './group.ts';
import { addMembersByHand, removeMembersByHand } from './members-by-hand.ts';
import { grantPermissionSet, revokePermissionSet } from './permission-set-grants.ts';
import type { MembershipCut } from './memberships.ts';
import {
  listSsoGroupMappingChanges,
  previewSsoGroupMapping,
  type SsoGroupMappingChange,
  type SsoGroupMappingPreview,
} from './preview-sso-group-mapping.ts';
import { setSsoGroupMapping, type SsoGroupMappingInput } from './sso-group-mappings.ts';
import { type GroupUpdate, updateGroupByHand } from './update-group-by-hand.ts';

export interface Administrator {
  create: (displayName: string, ...userIds: readonly string[]) => Promise<Group>;
  createFrom: (input: GroupByHandInput) => Promise<Group>;
  update: (groupId: string, update: GroupUpdate, condition?: VersionCondition) => Promise<Group>;
  delete: (groupId: string, condition?: VersionCondition) => Promise<void>;
  add: (groupId: string, ...userIds: readonly string[]) => Promise<Group>;
  remove: (groupId: string, ...userIds: readonly string[]) => Promise<Group>;
  grant: (groupId: string, permissionSet: PermissionSet, condition?: VersionCondition) => Promise<Group>;
  revoke: (groupId: string, permissionSet: PermissionSet) => Promise<Group>;
  map: (
    groupId: string,
    idpGroups: readonly string[],
    seen?: Omit<SsoGroupMappingInput, 'idpGroups'>,
  ) => Promise<Group>;
  preview: (groupId: string, idpGroups: readonly string[]) => Promise<SsoGroupMappingPreview>;
  changes: (
    groupId: string,
    idpGroups: readonly string[],
    cut?: Partial<MembershipCut>,
  ) => Promise<readonly SsoGroupMappingChange[]>;
}

/** Somebody who changes groups by hand, each call in a transaction of its own. */
export function administrator(
  { db, accountId }: Pick<Directory, 'db' | 'accountId'>,
  permissionSets: readonly PermissionSet[] = ['account_admin'],
  userId: string | null = null,
): Administrator {
  const actor = { kind: 'administrator', id: userId ?? newId(), name: 'Test' } as const;
  const caller: Caller = callerWith(actor, userId, permissionSets);
  return {
    create(displayName: string, ...userIds: readonly string[]): Promise<Group> {
      return this.createFrom({ displayName, userIds });
    },
    createFrom(input: GroupByHandInput): Promise<Group> {
      return inTransaction(db, (trx) => createGroupByHand(trx, caller, accountId, input, new Date()));
    },
    update(groupId: string, update: GroupUpdate, condition?: VersionCondition): Promise<Group> {
      return inTransaction(db, (trx) =>
        updateGroupByHand(trx, caller, accountId, groupId, update, new Date(), condition),
      );
    },
    delete(groupId: string, condition?: VersionCondition): Promise<void> {
      return inTransaction(db, (trx) =>
        deleteGroupByHand(trx, caller, accountId, groupId, new Date(), condition),
      );
    },
    add(groupId: string, ...userIds: readonly string[]): Promise<Group> {
      return inTransaction(db, (trx) =>
        addMembersByHand(trx, caller, accountId, groupId, userIds, new Date()),
      );
    },
    remove(groupId: string, ...userIds: readonly string[]): Promise<Group> {
      return inTransaction(db, (trx) =>
        removeMembersByHand(trx, caller, accountId, groupId, userIds, new Date()),
      );
    },
    grant(groupId: string, permissionSet: PermissionSet, condition?: VersionCondition): Promise<Group> {
      return inTransaction(db, (trx) =>
        grantPermissionSet(trx, caller, accountId, groupId, permissionSet, new Date(), condition),
      );
    },
    revoke(groupId: string, permissionSet: PermissionSet): Promise<Group> {
      return inTransaction(db, (trx) =>
        revokePermissionSet(trx, caller, accountId, groupId, permissionSet, new Date()),
      );
    },
    map(
      groupId: string,
      idpGroups: readonly string[],
      seen: Omit<SsoGroupMappingInput, 'idpGroups'> = {},
    ): Promise<Group> {
      const input = { idpGroups, ...seen };
      return inTransaction(db, (trx) =>
        setSsoGroupMapping(trx, caller, accountId, groupId, input, new Date()),
      );
    },
    preview(groupId: string, idpGroups: readonly string[]): Promise<SsoGroupMappingPreview> {
      return previewSsoGroupMapping(db, caller, accountId, { groupId, idpGroups });
    },
    changes(
      groupId: string,
      idpGroups: readonly string[],
      cut: Partial<MembershipCut> = {},
    ): Promise<readonly SsoGroupMappingChange[]> {
      const whole = { behind: undefined, backward: false, limit: 100, ...cut };
      return listSsoGroupMappingChanges(db, caller, accountId, { groupId, idpGroups }, whole);
    },
  };
}
