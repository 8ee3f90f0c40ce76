import { sql } from 'kysely';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';

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
 * (people whom no identity provider manages). Returns the ids of these groups, for the audit event of the person's
 * arrival. The memberships are sent with the commit, behind the person's own row.
 */
export async function addToDefaultGroups(
  trx: Trx,
  accountId: string,
  userId: string,
  which: 'every_default_group' | 'assigned_by_default',
  now: Date,
): Promise<readonly string[]> {
  const isMeant =
    which === 'every_default_group' ? sql`g.default_group is not null` : sql`g.assign_by_default`;
  const { rows } = await sql<{ id: string }>`
    select g.id from groups g where g.account_id = ${accountId} and ${isMeant}
    order by g.id for no key update`.execute(trx);
  const groupIds = rows.map((row) => row.id);
  atCommit(
    trx,
    sql`
      with joined as (
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}, joining.id, ${userId}, 'default', ${now}
        from unnest(${groupIds}::uuid[]) as joining (id)
        on conflict do nothing
        returning group_id
      )
      update groups g set version = g.version + 1, updated_at = ${now}
      from joined where g.account_id = ${accountId} and g.id = joined.group_id`.compile(trx),
  );
  return groupIds;
}
