import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { GroupMember } from './group.ts';

const MEMBERS_AT_ONCE = 50_000;

/**
 * The members that SCIM sees of a page of groups: every asked group has an entry. One statement while none of
 * them is large. It holds everybody in memory; where a group may be large, use `memberPages`.
 */
export async function listMembers(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupMember[]>> {
  const members = new Map<string, GroupMember[]>(groupIds.map((id) => [id, []]));
  for await (const page of memberPages(db, accountId, groupIds, MEMBERS_AT_ONCE)) {
    for (const member of page) members.get(member.groupId)?.push(member);
  }
  return members;
}

/**
 * The members that SCIM sees, group after group in the given order, in batches of at most `size` that each belong to one
 * group: as much memory for 100,000 as for one batch. Each statement sees its own moment, so who joins or leaves meanwhile
 * may or may not be there; nobody is twice.
 */
export async function* memberPages(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
  size: number,
): AsyncGenerator<readonly GroupMember[]> {
  if (groupIds.length === 0) return;
  // The first statement looks into every group; only those with more than their share need one of their own.
  const limit = Math.max(1, Math.floor(size / groupIds.length));
  const first = await selectMembers(db, accountId, groupIds, BEFORE_ALL, limit);
  const firstRows = Map.groupBy(first, (row) => row.group_id);
  for (const groupId of new Set(groupIds)) {
    let rows = firstRows.get(groupId) ?? [];
    let asked = limit;
    for (;;) {
      const visible = rows.filter((row) => row.in_scim).map(memberFromRow);
      if (visible.length > 0) yield visible;
      const last = rows.at(-1);
      if (last === undefined || rows.length < asked) break;
      asked = size;
      rows = await selectMembers(db, accountId, [groupId], last.user_id, asked);
    }
  }
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface MemberRow {
  group_id: string;
  user_id: string;
  display: string;
  in_scim: boolean;
}

/**
 * Memberships are limited before people are looked up, and people are looked up one by one (`limit 1` rules out every
 * other join): a batch reads as many rows as it has, however large group and account are. Both columns of the key are compared
 * at once: by the index that begins with the person, a group of few could be looked for among all memberships.
 */
async function selectMembers(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
  afterUserId: string,
  limit: number,
): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`
    select page.group_id, page.user_id, person.display, person.in_scim
    from unnest(${groupIds}::uuid[]) as wanted (id)
    cross join lateral (
      select m.group_id, m.user_id from group_members m
      where m.account_id = ${accountId} and (m.group_id, m.user_id) > (wanted.id, ${afterUserId}::uuid)
        and (m.group_id, m.user_id) <= (wanted.id, ${AFTER_ALL}::uuid)
      order by m.group_id, m.user_id limit ${limit}
    ) page
    cross join lateral (
      select coalesce(u.attributes ->> 'displayName', u.user_name) as display, u.in_scim from users u
      where u.account_id = ${accountId} and u.id = page.user_id limit 1
    ) person
    order by page.group_id, page.user_id`.execute(db);
  return rows;
}

function memberFromRow(row: MemberRow): GroupMember {
  return { groupId: row.group_id, userId: row.user_id, display: row.display };
}
