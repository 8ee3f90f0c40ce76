import { sql } from 'kysely';
import { PERMISSION_SETS, type PermissionSet } from '../admins/permission-sets.ts';
import { ALL_RIGHTS, rightsOf } from '../admins/rights.ts';
import type { Trx } from '../database/transaction.ts';
import { type CleanupLosses, plannedFor } from './cleanup.ts';

/** Adds to a plan what the people who leave would lose. */
export async function saveLosses(trx: Trx, accountId: string, cleanupId: string): Promise<void> {
  const losses = lossesOf(await selectHoldings(trx, accountId, cleanupId));
  await trx
    .updateTable('default_group_cleanups')
    .set({ losses: JSON.stringify(losses) })
    .where('account_id', '=', accountId)
    .where('id', '=', cleanupId)
    .execute();
}

/** How many people have these permission sets before, and keep those. */
interface Holding {
  before: readonly PermissionSet[];
  after: readonly PermissionSet[];
  people: number;
}

/** A right that another permission set of theirs gives as well is not lost. */
export function lossesOf(holdings: readonly Holding[]): CleanupLosses {
  const lost = holdings.map(({ before, after, people }) => {
    const [had, kept] = [rightsOf(before), rightsOf(after)];
    const sets = new Set(before.filter((set) => !after.includes(set)));
    return { people, sets, rights: new Set([...had].filter((right) => !kept.has(right))) };
  });
  const permissionSets = PERMISSION_SETS.map((permissionSet) => ({
    permissionSet,
    people: total(lost.filter(({ sets }) => sets.has(permissionSet))),
  }));
  const rights = ALL_RIGHTS.map((right) => ({
    right,
    people: total(lost.filter((each) => each.rights.has(right))),
  }));
  return {
    permissionSets: permissionSets.filter(({ people }) => people > 0),
    rights: rights.filter(({ people }) => people > 0),
  };
}

function total(counted: readonly { people: number }[]): number {
  return counted.reduce((sum, { people }) => sum + people, 0);
}

/**
 * People with the same holdings are counted together: there are as many rows as ways to be in groups. Each person is looked
 * up by themselves, so that no plan made for a table that has just grown can compare everybody with everybody.
 */
async function selectHoldings(trx: Trx, accountId: string, cleanupId: string): Promise<readonly Holding[]> {
  const { rows } = await sql<Holding>`
    with leaving as (
      select distinct c.user_id from default_group_cleanup_members c
      join default_group_cleanup_groups g
        on g.account_id = c.account_id and g.cleanup_id = c.cleanup_id and g.group_id = c.group_id
      where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.planned = 'leave'
        and g.permission_sets <> '{}'
    )
    select held.before, held.after, count(*) as people
    from leaving
    join users u on u.account_id = ${accountId} and u.id = leaving.user_id and u.state = 'active'
    cross join lateral (
      select array_agg(distinct p.permission_set order by p.permission_set) as before,
        coalesce(array_agg(distinct p.permission_set order by p.permission_set)
          filter (where ${plannedFor(accountId, cleanupId)} is distinct from 'leave'), '{}') as after
      from group_members m
      join group_permission_sets p on p.account_id = ${accountId} and p.group_id = m.group_id
      where m.account_id = ${accountId} and m.user_id = leaving.user_id
    ) as held
    where held.before <> held.after group by held.before, held.after`.execute(trx);
  return rows;
}
