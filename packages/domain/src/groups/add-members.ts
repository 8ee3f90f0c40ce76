import { sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { areInForce } from '../accounts/settings-in-force.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { idSet } from '../database/id-set.ts';
import { accountSharedLock } from '../database/locks.ts';
import { inOneFlight } from '../database/transaction.ts';
import { auditEventInsert } from '../events/append-audit-event.ts';
import { isId } from '../ids.ts';
import { asksForVersion, type VersionCondition } from '../version-condition.ts';
import { type Group, type GroupChange, groupColumns, groupFromRow, type GroupRow } from './group.ts';
import { groupLock } from './groups.repository.ts';
import { MEMBERS_PER_EVENT, membersEvent } from './record-group-change.ts';

/**
 * SCIM `PATCH` of a group that does nothing but add members, in one round trip, so that those who wait for the group wait for
 * the database alone. Done only where the caller's `settings`, of whatever age, are still in force, the group is managed by
 * the identity provider already, no version is asked for, and all who are named are people whom SCIM shows and who are not in it yet. Otherwise
 * undefined, and nothing is written: `changeGroup` decides, and says why.
 */
export async function addMembers(
  db: Database,
  actor: Actor,
  settings: AccountSettings,
  groupId: string,
  changes: readonly GroupChange[],
  now: Date,
  condition?: VersionCondition,
): Promise<Group | undefined> {
  const joining = namedToJoin(changes);
  const { accountId, scim } = settings;
  const mayRefuse = !scim.enabled || scim.unlicensedMembers !== 'hold' || asksForVersion(condition);
  if (mayRefuse || joining === undefined || !isId(groupId)) return undefined;
  const event = membersEvent({ id: groupId }, joining, []);
  const [row] = await inOneFlight(
    db,
    [accountSharedLock(accountId).compile(db), groupLock(accountId, groupId).compile(db)],
    // Locked as `lockCandidates` does: nobody can be deleted, deactivated or activated meanwhile.
    sql<GroupRow>`
      with joining as (
        select u.id from users u
        where u.account_id = ${accountId} and u.id = any(${idSet(joining)}) and u.in_scim and not exists (
          select from group_members m
          where m.account_id = ${accountId} and m.group_id = ${groupId} and m.user_id = u.id
        )
        order by u.id for share of u
      ),
      changed as (
        update groups g set version = g.version + 1, updated_at = ${now}
        where g.account_id = ${accountId} and g.id = ${groupId} and g.default_group is null and g.scim_managed
          and (select count(*) from joining) = ${joining.length}
          and ${areInForce(accountId, settings.version)}
        returning ${groupColumns('g')}
      ),
      joined as (
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}, changed.id, joining.id, 'scim', ${now} from changed, joining
      ),
      event as (${auditEventInsert(actor, accountId, now, event, sql`from changed`, sql`changed.version`)})
      select * from changed`.compile(db),
  );
  return row && groupFromRow(accountId, row);
}

/** Undefined unless all that happens is that people join, few enough for one event, under ids that can be somebody's. */
function namedToJoin(changes: readonly GroupChange[]): readonly string[] | undefined {
  const named = new Set<string>();
  for (const change of changes) {
    if (change.kind !== 'addMembers') return undefined;
    for (const id of change.memberIds) named.add(id);
  }
  if (named.size === 0 || named.size > MEMBERS_PER_EVENT) return undefined;
  const ids = [...named];
  return ids.every((id) => isId(id)) ? ids : undefined;
}
