import type { Group } from './group.ts';
import { updateGroup, updateGroupAtCommit } from './groups.repository.ts';
import { deleteMembers, insertMembers } from './members.repository.ts';
import type { MembershipDifference } from './membership-difference.ts';
import { claimingName } from './name-conflicts.ts';
import { attributeDifference, recordGroup, recordMembers, type Recorder } from './record-group-change.ts';

/**
 * Writes and records a SCIM change to a group that was there before. A write to one that no identity provider managed
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
  const saved = { ...after, scimManaged: true, version: before.version + 1, updatedAt: now };
  if (saved.displayName === before.displayName) updateGroupAtCommit(trx, saved);
  else await claimingName(saved.displayName, updateGroup(trx, saved));
  insertMembers(trx, saved.accountId, saved.id, difference.joining, now);
  deleteMembers(trx, saved.accountId, saved.id, difference.leaving);

  const attributes = attributeDifference(before, saved);
  if (!before.scimManaged) {
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
