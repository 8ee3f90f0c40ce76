import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../actor.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { AuditEventInput, AuditEventKind } from '../events/audit-event.ts';
import { type JsonObject, type JsonValue, toJson } from '../json.ts';
import type { LicenseDecision } from '../licenses/decide-license.ts';
import type { StoredUser, User } from './user.ts';

export interface UserChange {
  kind: AuditEventKind;
  userId: string;
  /** undefined for a new person. */
  before: User | undefined;
  after: StoredUser;
  /** Told with its steps where it gave another license. */
  decision?: LicenseDecision | undefined;
  /** What happened besides, to rows of other tables. */
  besides?: JsonObject;
}

/** Records a change of one person: before and after of each field that changed, so that any earlier state can be told. */
export function recordUserChange(
  trx: Trx,
  actor: Actor,
  accountId: string,
  now: Date,
  change: UserChange,
): void {
  appendAuditEvent(trx, actor, accountId, now, userChangeEvent(change));
}

/** The event that tells of a change. */
export function userChangeEvent({
  kind,
  userId,
  before,
  after,
  decision,
  besides,
}: UserChange): AuditEventInput {
  const decided = decision !== undefined && decision.licenseType !== before?.licenseType;
  return {
    kind,
    target: { kind: 'user', id: userId, version: (before?.version ?? 0) + 1 },
    detail: {
      changes: changesOf(before, after),
      ...(decided && { licenseDecision: toJson(decision) }),
      ...besides,
    },
  };
}

/** The fields that a change can change, in the order in which events tell them. */
export const STORED_FIELDS = [
  'state',
  'deletedBy',
  'scimManaged',
  'localAdministrator',
  'userName',
  'pendingUserName',
  'externalId',
  'attributes',
  'signInEmail',
  'signInGroups',
  'assertedLicenseType',
  'manualLicenseType',
  'licenseType',
  'licenseSource',
  'activatedAt',
  'oneSidedChange',
  'erased',
] as const satisfies readonly (keyof StoredUser)[];

function changesOf(before: User | undefined, after: StoredUser): JsonObject {
  const changes: Record<string, JsonValue> = {};
  for (const field of STORED_FIELDS) {
    if (field === 'attributes') continue;
    const from = toJson(before?.[field] ?? null);
    const to = toJson(after[field]);
    if (!isDeepStrictEqual(from, to)) changes[field] = { from, to };
  }
  const attributes = attributeChanges(before?.attributes ?? {}, after.attributes);
  return Object.keys(attributes).length === 0 ? changes : { ...changes, attributes };
}

// Attribute by attribute: people can carry many kilobytes of which a change touches a word.
function attributeChanges(before: JsonObject, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const [from, to] = [before[name] ?? null, after[name] ?? null];
      return isDeepStrictEqual(from, to) ? [] : [[name, { from, to }]];
    }),
  );
}
