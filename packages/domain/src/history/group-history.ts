import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { auditEventFromRow, type AuditEventRow, EVENT_COLUMNS } from '../events/list-audit-events.ts';
import { NotFoundError } from '../errors.ts';
import { groupColumns, groupFromRow, type GroupRow } from '../groups/group.ts';
import { isId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { type Difference, differenceBetween } from './difference.ts';
import { fieldsOf, recordedState } from './recorded-state.ts';
import { groupStep, namesOrNull } from './group-steps.ts';
import { type CurrentState, type Told, unwind } from './unwind.ts';

/**
 * A group without its members at a moment, without the fields that were empty: `displayName`, `externalId`, `scimManaged`,
 * `defaultGroup`, `assignByDefault`, `permissionSets`, `idpGroups` (of its SSO mapping) and `attributes`; null while there was none. Also of a
 * group that was deleted since. Throws NotFoundError; TooCostlyError where there were too many changes since.
 */
export async function groupAt(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  moment: Date,
): Promise<Told<JsonObject | null>> {
  const told = await unwind(db, await currentGroup(db, accountId, groupId), moment, groupStep);
  return told.isKnown ? { isKnown: true, state: told.state && fieldsOf(told.state) } : told;
}

/** What changed of a group itself from one moment to a later one, and by which events. Throws as `groupAt` does. */
export async function groupDifference(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
  from: Date,
  to: Date,
): Promise<Told<Difference>> {
  return differenceBetween(db, await currentGroup(db, accountId, groupId), groupStep, from, to);
}

/** The group as it is, or that it is deleted, in the form that its history is told in. Throws NotFoundError. */
export async function currentGroup(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
): Promise<CurrentState> {
  const current = isId(groupId)
    ? ((await livingGroup(db, accountId, groupId)) ?? (await deletedGroup(db, accountId, groupId)))
    : undefined;
  if (current !== undefined) return current;
  throw new NotFoundError(`There is no group with the id ${JSON.stringify(groupId)}.`);
}

async function livingGroup(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
): Promise<CurrentState | undefined> {
  const { rows } = await sql<
    GroupRow & { permission_sets: readonly string[]; idp_groups: readonly string[] }
  >`
    select ${groupColumns('g')},
      array(select p.permission_set from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = ${groupId}) as permission_sets,
      array(select m.idp_group from sso_group_mappings m
        where m.account_id = ${accountId} and m.group_id = ${groupId}) as idp_groups
    from groups g where g.account_id = ${accountId} and g.id = ${groupId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const {
    version,
    createdAt,
    updatedAt,
    displayName,
    externalId,
    scimManaged,
    defaultGroup,
    assignByDefault,
    attributes,
  } = groupFromRow(accountId, row);
  const state = recordedState({
    displayName,
    externalId,
    scimManaged,
    defaultGroup,
    assignByDefault,
    permissionSets: namesOrNull(row.permission_sets),
    idpGroups: namesOrNull(row.idp_groups),
    attributes,
  });
  return { accountId, id: groupId, version, createdAt, changedAt: updatedAt, state };
}

// Its last event says what it was.
async function deletedGroup(
  db: Kysely<DB>,
  accountId: string,
  groupId: string,
): Promise<CurrentState | undefined> {
  const { rows } = await sql<AuditEventRow>`
    select ${EVENT_COLUMNS} from audit_events e
    where e.account_id = ${accountId} and e.target_id = ${groupId} and e.kind = 'group.deleted'
    order by e.target_version desc limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { at, target, detail } = auditEventFromRow(row);
  const createdAt = typeof detail?.['createdAt'] === 'string' ? new Date(detail['createdAt']) : new Date(0);
  return { accountId, id: groupId, version: target.version ?? 0, createdAt, changedAt: at, state: null };
}
