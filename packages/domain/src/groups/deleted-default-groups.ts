import { sql } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { DefaultGroupKind } from './default-groups.repository.ts';
import type { Recorder } from './record-group-change.ts';

/** Remembers a default group as it is now, just before it is deleted, which is a version of its own. */
export async function keepDeletedGroup(
  trx: Trx,
  accountId: string,
  groupId: string,
  now: Date,
): Promise<void> {
  await sql`
    insert into deleted_default_groups (account_id, id, default_group, display_name, assign_by_default, permission_sets,
      idp_groups, version, created_at, deleted_at)
    select g.account_id, g.id, g.default_group, g.display_name, g.assign_by_default,
      array(
        select p.permission_set from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = g.id order by p.permission_set
      ),
      array(
        select s.idp_group from sso_group_mappings s
        where s.account_id = ${accountId} and s.group_id = g.id order by s.idp_group
      ),
      g.version + 1, g.created_at, ${now}
    from groups g where g.account_id = ${accountId} and g.id = ${groupId}`.execute(trx);
}

interface DeletedGroup {
  id: string;
  default_group: DefaultGroupKind;
  display_name: string;
  assign_by_default: boolean;
  permission_sets: readonly PermissionSet[];
  idp_groups: readonly string[];
  version: number;
}

/**
 * Makes deleted default groups again, as they were when they were deleted and under their ids. Where another group has taken
 * the name since, "Owner" comes back as "Owner (default group)". The account must be locked.
 */
export async function restoreDefaultGroups(
  recorder: Recorder,
  accountId: string,
  groupIds: readonly string[],
): Promise<void> {
  if (groupIds.length === 0) return;
  const { trx, actor, now } = recorder;
  const { rows } = await sql<DeletedGroup>`
    select d.id, d.default_group, d.display_name, d.assign_by_default, d.permission_sets, d.idp_groups, d.version
    from deleted_default_groups d
    where d.account_id = ${accountId} and d.id = any(${[...groupIds]}::uuid[]) order by d.id`.execute(trx);
  for (const group of rows) {
    const displayName = await insertUnderFreeName(trx, accountId, group, now);
    await restoreGrants(trx, accountId, group);
    appendAuditEvent(trx, actor, accountId, now, {
      kind: 'group.restored',
      target: { kind: 'group', id: group.id, version: group.version + 1 },
      detail: {
        displayName,
        defaultGroup: group.default_group,
        assignByDefault: group.assign_by_default,
        permissionSets: [...group.permission_sets],
        idpGroups: [...group.idp_groups],
      },
    });
  }
}

async function insertUnderFreeName(
  trx: Trx,
  accountId: string,
  { id, display_name: name }: DeletedGroup,
  now: Date,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const { rows } = await sql<{ display_name: string }>`
      insert into groups (account_id, id, display_name, default_group, assign_by_default, version, created_at, updated_at)
      select d.account_id, d.id, ${nameToTry(name, attempt)}, d.default_group, d.assign_by_default, d.version + 1,
        d.created_at, ${now}
      from deleted_default_groups d where d.account_id = ${accountId} and d.id = ${id}
      on conflict (account_id, display_name_lower) do nothing
      returning display_name`.execute(trx);
    const [inserted] = rows;
    if (inserted !== undefined) return inserted.display_name;
  }
}

function nameToTry(name: string, attempt: number): string {
  if (attempt === 1) return name;
  return attempt === 2 ? `${name} (default group)` : `${name} (default group ${attempt - 1})`;
}

async function restoreGrants(
  trx: Trx,
  accountId: string,
  { id, permission_sets: permissionSets, idp_groups: idpGroups }: DeletedGroup,
): Promise<void> {
  await Promise.all([
    sql`
      insert into group_permission_sets (account_id, group_id, permission_set)
      select ${accountId}, ${id}, given.permission_set
      from unnest(${[...permissionSets]}::text[]) as given (permission_set)`.execute(trx),
    sql`
      insert into sso_group_mappings (account_id, group_id, idp_group)
      select ${accountId}, ${id}, mapped.idp_group from unnest(${[...idpGroups]}::text[]) as mapped (idp_group)`.execute(
      trx,
    ),
    sql`
      delete from deleted_default_groups d where d.account_id = ${accountId} and d.id = ${id}`.execute(trx),
  ]);
}
