import { type Kysely, sql, type SqlBool } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { deletionRefusal, selectDeletionFacts } from './default-group-deletion.ts';
import { selectDefaultGroupsWhere } from './default-groups.repository.ts';
import { type Group, groupColumns, groupFromRow, type GroupRow } from './group.ts';

/** Those that were not deleted: Owner, Member, Everyone. */
export async function listDefaultGroups(db: Kysely<DB>, accountId: string): Promise<readonly Group[]> {
  const { rows } = await sql<GroupRow>`
    select ${groupColumns('g')} from groups g
    where g.account_id = ${accountId} and g.default_group is not null order by g.id`.execute(db);
  return rows.map((row) => groupFromRow(accountId, row));
}

/** Why `deleteDefaultGroup` would refuse, in words, by the ids of default groups that cannot be deleted now. */
export async function explainUndeletable(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const areMeant = sql<SqlBool>`g.id = any(${[...groupIds]}::uuid[])`;
  const groups = await selectDefaultGroupsWhere(db, accountId, areMeant);
  const ids = groups.map(({ id }) => id);
  const facts = await selectDeletionFacts(db, accountId, ids);
  const reasons = groups.flatMap((group) => {
    const known = facts.get(group.id);
    const refusal = known && deletionRefusal(group, known);
    return refusal === undefined ? [] : [[group.id, refusal.message] as const];
  });
  return new Map(reasons);
}
