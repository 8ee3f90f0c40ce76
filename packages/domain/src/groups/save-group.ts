import { countResources } from '../database/resource-counts.ts';
import type { Group } from './group.ts';
import { deleteGroupAtCommit, insertGroup, updateGroup, updateGroupAtCommit } from './groups.repository.ts';
import { deleteMembers, insertMembers } from './members.repository.ts';
import type { MembershipDifference } from './membership-difference.ts';
import { claimingName } from './name-conflicts.ts';
import { recordDeletion } from './record-deletion.ts';
import { attributeDifference, recordGroup, recordMembers, type Recorder } from './record-group-change.ts';

/**
 * Writes and records a change to a group that was there before. A SCIM write to one that no identity provider managed
 * links it, which raises an alert where the members are account administrators. ConflictError if the name is taken.
 */
export async function saveGroup(
  recorder: Recorder,
  before: Group,
  after: Group,
  difference: MembershipDifference,
  administers: boolean,
): Promise<Group> {
  const { trx, now } = recorder;
  const saved = { ...after, version: before.version + 1, updatedAt: now };
  if (saved.displayName === before.displayName) updateGroupAtCommit(trx, saved);
  else await claimingName(saved.displayName, updateGroup(trx, saved));
  insertMembers(trx, saved.accountId, saved.id, difference, now);
  deleteMembers(trx, saved.accountId, saved.id, difference.leaving);

  const attributes = attributeDifference(before, saved);
  if (saved.scimManaged && !before.scimManaged) {
    recordGroup(
      recorder,
      saved,
      'group.linked',
      { ...attributes, grantsAccountAdmin: administers },
      administers,
    );
  } else if (Object.keys(attributes).length > 0) {
    recordGroup(recorder, saved, 'group.changed', attributes);
  }
  recordMembers(recorder, saved, difference);
  return saved;
}

/** Writes and records a group that was not there before, and its members. ConflictError if the name is taken. */
export async function saveNewGroup(
  recorder: Recorder,
  given: Pick<Group, 'accountId' | 'id' | 'displayName' | 'externalId' | 'scimManaged' | 'attributes'>,
  members: Omit<MembershipDifference, 'leaving'>,
): Promise<Group> {
  const { trx, now } = recorder;
  const group: Group = {
    ...given,
    defaultGroup: null,
    assignByDefault: false,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const { accountId, displayName, externalId, attributes } = group;
  await claimingName(displayName, insertGroup(trx, group));
  insertMembers(trx, accountId, group.id, members, now);
  recordGroup(recorder, group, 'group.created', {
    displayName,
    externalId,
    ...(Object.keys(attributes).length > 0 && { attributes }),
  });
  recordMembers(recorder, group, { ...members, leaving: [] });
  countResources(trx, accountId, 'group', 1);
  return group;
}

/** Deletes and records a group that is no default group, with its memberships, permission sets and mappings. */
export async function saveDeletion(
  recorder: Recorder,
  group: Group,
  memberIds: readonly string[],
): Promise<void> {
  const { trx } = recorder;
  const { accountId, id, version } = group;
  const deleted = { ...group, version: version + 1 };
  recordMembers(recorder, deleted, { joining: [], leaving: memberIds, joinsAs: 'scim' });
  await recordDeletion(recorder, accountId, group);
  deleteGroupAtCommit(trx, accountId, id);
  countResources(trx, accountId, 'group', -1);
}
