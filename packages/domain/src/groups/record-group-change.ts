import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { AuditEventInput, AuditEventKind } from '../events/audit-event.ts';
import type { JsonObject } from '../json.ts';
import type { Group, MembershipOrigin } from './group.ts';
import type { MembershipDifference } from './membership-difference.ts';

// An event is read and shown as a whole, so a large change becomes several.
export const MEMBERS_PER_EVENT = 1_000;

/** Who records, where and when. */
export interface Recorder {
  trx: Trx;
  actor: Actor;
  now: Date;
}

export function recordGroup(
  { trx, actor, now }: Recorder,
  group: Group,
  kind: Extract<AuditEventKind, `group.${string}`>,
  detail: JsonObject,
  alert = false,
): void {
  appendAuditEvent(trx, actor, group.accountId, now, {
    kind,
    target: { kind: 'group', id: group.id, version: group.version },
    detail,
    alert,
  });
}

/**
 * Names everybody who came and went, so that the members at any time can be told from the events. By id alone: a name
 * would be personal data in an event that is not the person's own.
 */
export function recordMembers(
  recorder: Recorder,
  group: Group,
  { joining, leaving, joinsAs }: MembershipDifference,
): void {
  for (let start = 0; start < joining.length + leaving.length; start += MEMBERS_PER_EVENT) {
    const end = start + MEMBERS_PER_EVENT;
    const removed = leaving.slice(Math.max(0, start - joining.length), Math.max(0, end - joining.length));
    const { trx, actor, now } = recorder;
    appendAuditEvent(
      trx,
      actor,
      group.accountId,
      now,
      membersEvent(group, joining.slice(start, end), removed, joinsAs),
    );
  }
}

/**
 * The event that tells who came and went; at most MEMBERS_PER_EVENT. `origin` is that of the new memberships, where it is
 * another than `scim`.
 */
export function membersEvent(
  { id, version }: Pick<Group, 'id'> & { version?: number },
  added: readonly string[],
  removed: readonly string[],
  origin: MembershipOrigin = 'scim',
): AuditEventInput {
  return {
    kind: 'group.members_changed',
    target: { kind: 'group', id, ...(version !== undefined && { version }) },
    detail: { added, removed, ...(added.length > 0 && origin !== 'scim' && { origin }) },
  };
}

/** What differs of the group itself, as it was and as it is. */
export function attributeDifference(before: Group, after: Group): JsonObject {
  const { displayName, externalId, assignByDefault, attributes } = after;
  return {
    ...(displayName !== before.displayName && { displayName: { from: before.displayName, to: displayName } }),
    ...(externalId !== before.externalId && { externalId: { from: before.externalId, to: externalId } }),
    ...(assignByDefault !== before.assignByDefault && {
      assignByDefault: { from: before.assignByDefault, to: assignByDefault },
    }),
    ...(!isDeepStrictEqual(attributes, before.attributes) && {
      attributes: { from: before.attributes, to: attributes },
    }),
  };
}
