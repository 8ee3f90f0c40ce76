import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { atCommit, sendWritesNow, type Trx } from '../database/transaction.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import { newId } from '../ids.ts';
import { membersEvent } from './record-group-change.ts';

const DEFAULT_GROUPS = [
  { defaultGroup: 'owner', displayName: 'Owner', permissionSet: 'account_admin', assignByDefault: false },
  { defaultGroup: 'member', displayName: 'Member', permissionSet: 'member', assignByDefault: true },
  { defaultGroup: 'everyone', displayName: 'Everyone', permissionSet: null, assignByDefault: true },
] as const;

/** The groups that each account begins with. Making them is part of making the account, and of its audit event. */
export async function createDefaultGroups(trx: Trx, accountId: string, now: Date): Promise<void> {
  const groups = DEFAULT_GROUPS.map((group) => Object.assign({ id: newId() }, group));
  const grants = groups.flatMap(({ id, permissionSet }) =>
    permissionSet === null ? [] : [{ account_id: accountId, group_id: id, permission_set: permissionSet }],
  );
  await trx
    .insertInto('groups')
    .values(
      groups.map(({ id, displayName, defaultGroup, assignByDefault }) => ({
        account_id: accountId,
        id,
        display_name: displayName,
        default_group: defaultGroup,
        assign_by_default: assignByDefault,
        created_at: now,
        updated_at: now,
      })),
    )
    .execute();
  await trx.insertInto('group_permission_sets').values(grants).execute();
}

/**
 * Puts a new person into every default group (the first administrator), or into all groups whose `assignByDefault` is on
 * (people whom no identity provider manages), and records each as a change of its group. Sends what the transaction has
 * collected for its commit, so that the person's own row is there. Returns the ids of these groups, those included that they were in.
 */
export async function addToDefaultGroups(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  which: 'every_default_group' | 'assigned_by_default',
  now: Date,
): Promise<readonly string[]> {
  await sendWritesNow(trx);
  const isMeant =
    which === 'every_default_group' ? sql`g.default_group is not null` : sql`g.assign_by_default`;
  const { rows: groups } = await sql<{ id: string; version: number }>`
    select g.id, g.version from groups g where g.account_id = ${accountId} and ${isMeant}
    order by g.id for no key update`.execute(trx);
  const known = await selectGroupsOf(trx, accountId, userId);
  const joining = groups.filter(({ id }) => !known.has(id));
  if (joining.length > 0) join(trx, actor, accountId, userId, joining, now);
  return groups.map(({ id }) => id);
}

function join(
  trx: Trx,
  actor: Actor,
  accountId: string,
  userId: string,
  groups: readonly { id: string; version: number }[],
  now: Date,
): void {
  const groupIds = groups.map(({ id }) => id);
  atCommit(
    trx,
    sql`
      with joined as (
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}, joining.id, ${userId}, 'default', ${now}
        from unnest(${groupIds}::uuid[]) as joining (id)
      )
      update groups g set version = g.version + 1, updated_at = ${now}
      where g.account_id = ${accountId} and g.id = any(${groupIds}::uuid[])`.compile(trx),
  );
  const events = groups.map(({ id, version }) =>
    membersEvent({ id, version: version + 1 }, [userId], [], 'default'),
  );
  appendAuditEvents(trx, actor, accountId, now, events);
}

// Asked when the groups are held: nobody joins or leaves them any more.
async function selectGroupsOf(trx: Trx, accountId: string, userId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ group_id: string }>`
    select m.group_id from group_members m
    where m.account_id = ${accountId} and m.user_id = ${userId}`.execute(trx);
  return new Set(rows.map((row) => row.group_id));
}
