import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { Recorder } from '../groups/record-group-change.ts';
import { type DefaultGroup, updateAssignByDefault } from '../groups/default-groups.repository.ts';

/** Has newcomers join a default group from now on, or no longer. The group must be locked. */
export async function switchAssignByDefault(
  { trx, actor, now }: Recorder,
  accountId: string,
  group: DefaultGroup,
  assignByDefault: boolean,
): Promise<void> {
  await updateAssignByDefault(trx, accountId, group, assignByDefault, now);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'group.changed',
    target: { kind: 'group', id: group.id, version: group.version + 1 },
    detail: { assignByDefault: { from: group.assignByDefault, to: assignByDefault } },
  });
}
