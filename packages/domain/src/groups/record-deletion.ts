import { sql } from 'kysely';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { JsonObject } from '../json.ts';
import type { Recorder } from './record-group-change.ts';

/**
 * Records that a group is deleted, and all that it was: no row tells it any longer. To be sent before the deletion. The event's
 * version is one more than the group's last one.
 */
export async function recordDeletion(
  { trx, actor, now }: Recorder,
  accountId: string,
  group: { id: string; version: number },
): Promise<void> {
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'group.deleted',
    target: { kind: 'group', id: group.id, version: group.version + 1 },
    detail: await selectLastState(trx, accountId, group.id),
  });
}

async function selectLastState(trx: Trx, accountId: string, groupId: string): Promise<JsonObject> {
  const { rows } = await sql<{ state: JsonObject }>`
    select json_build_object('displayName', g.display_name, 'externalId', g.external_id, 'scimManaged', g.scim_managed,
      'defaultGroup', g.default_group, 'assignByDefault', g.assign_by_default, 'attributes', g.attributes,
      'permissionSets', array(select p.permission_set from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = ${groupId} order by p.permission_set),
      'idpGroups', array(select m.idp_group from sso_group_mappings m
        where m.account_id = ${accountId} and m.group_id = ${groupId} order by m.idp_group),
      'createdAt', g.created_at) as state
    from groups g where g.account_id = ${accountId} and g.id = ${groupId}`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error(`The group ${groupId} is deleted, and was not there.`);
  return row.state;
}
