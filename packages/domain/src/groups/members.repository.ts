import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Users } from '../database/schema.generated.ts';
import { idSet } from '../database/id-set.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { MembershipOrigin } from './group.ts';

// One statement with 100,000 ids would hold the server's memory and the connection for long; 5,000 cost some 0.1 s.
const IDS_PER_STATEMENT = 5_000;

/** Somebody who is named to join. */
export interface Candidate {
  id: string;
  userName: string;
  state: Users['state'];
  isMember: boolean;
}

/** Whom a write may name: those whom SCIM shows, or whomever administrators see. */
export type CandidateScope = 'in_scim' | 'everyone';

/**
 * Those of the users that are in scope, by id, held as they are until the transaction ends: nobody can be deleted,
 * deactivated or activated between the check and the membership. The group must be locked, or be none yet.
 */
export async function lockCandidates(
  trx: Trx,
  accountId: string,
  groupId: string,
  userIds: Iterable<string>,
  scope: CandidateScope = 'in_scim',
): Promise<Map<string, Candidate>> {
  // Ascending across all statements, as the lock order asks.
  const batches = inBatches([...userIds].toSorted());
  const results = await Promise.all(
    batches.map((ids) =>
      sql<{ id: string; user_name: string; state: Users['state']; is_member: boolean }>`
        select u.id, u.user_name, u.state, exists (
            select from group_members m
            where m.account_id = ${accountId} and m.group_id = ${groupId} and m.user_id = u.id
          ) as is_member
        from users u
        where u.account_id = ${accountId} and u.id = any(${idSet(ids)}) and ${isInScope(scope)}
        order by u.id for share of u`.execute(trx),
    ),
  );
  const candidates = results.flatMap(({ rows }) =>
    rows.map((row) => ({ id: row.id, userName: row.user_name, state: row.state, isMember: row.is_member })),
  );
  return new Map(candidates.map((candidate) => [candidate.id, candidate]));
}

function isInScope(scope: CandidateScope): RawBuilder<SqlBool> {
  return scope === 'in_scim' ? sql`u.in_scim` : sql`true`;
}

/** Holds everybody in the group, which must be locked, as they are until the transaction ends. */
export async function lockMembers(trx: Trx, accountId: string, groupId: string): Promise<void> {
  await sql`
    select from users u
    where u.account_id = ${accountId} and u.id = any(array(
      select m.user_id from group_members m where m.account_id = ${accountId} and m.group_id = ${groupId}))
    order by u.id for share of u`.execute(trx);
}

/** Those of the users that are members of the group now, as far as SCIM sees. */
export async function selectMembersAmong(
  trx: Trx,
  accountId: string,
  groupId: string,
  userIds: Iterable<string>,
): Promise<string[]> {
  const results = await Promise.all(
    inBatches([...userIds]).map((ids) =>
      sql<{ user_id: string }>`
        select m.user_id from group_members m
        join users u on u.account_id = m.account_id and u.id = m.user_id
        where m.account_id = ${accountId} and m.group_id = ${groupId} and m.user_id = any(${idSet(ids)})
          and u.in_scim`.execute(trx),
    ),
  );
  return results.flatMap(({ rows }) => rows.map((row) => row.user_id));
}

/** Everybody in the group, whether SCIM sees them or not. */
export async function selectMemberIds(trx: Trx, accountId: string, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select m.user_id from group_members m
    where m.account_id = ${accountId} and m.group_id = ${groupId} order by m.user_id`.execute(trx);
  return rows.map((row) => row.user_id);
}

/** The members whom a replacement of the list by `userIds` takes out. People whom SCIM does not see stay. */
export async function selectMembersBesides(
  trx: Trx,
  accountId: string,
  groupId: string,
  userIds: Iterable<string>,
): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select m.user_id from group_members m
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where m.account_id = ${accountId} and m.group_id = ${groupId} and u.in_scim
      and m.user_id <> all(${[...userIds]}::uuid[])`.execute(trx);
  return rows.map((row) => row.user_id);
}

/** The members, as SCIM sees them, for whom a condition on `users u` holds. */
export async function selectMembersWhere(
  trx: Trx,
  accountId: string,
  groupId: string,
  condition: RawBuilder<SqlBool>,
): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select m.user_id from group_members m
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where m.account_id = ${accountId} and m.group_id = ${groupId} and u.in_scim and ${condition}`.execute(
    trx,
  );
  return rows.map((row) => row.user_id);
}

/** Those of the users for whom a condition on `users u` holds. */
export async function selectUsersWhere(
  trx: Trx,
  accountId: string,
  userIds: Iterable<string>,
  condition: RawBuilder<SqlBool>,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users u
    where u.account_id = ${accountId} and u.id = any(${idSet(userIds)}) and u.in_scim and ${condition}`.execute(
    trx,
  );
  return rows.map((row) => row.id);
}

/** Sent with the commit. Whoever became a member by another way in the meantime keeps the origin of that. */
export function insertMembers(
  trx: Trx,
  accountId: string,
  groupId: string,
  { joining, joinsAs }: { joining: readonly string[]; joinsAs: MembershipOrigin },
  now: Date,
): void {
  for (const ids of inBatches(joining)) {
    atCommit(
      trx,
      sql`
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}, ${groupId}, joining.id, ${joinsAs}, ${now}
        from unnest(${ids}::uuid[]) as joining (id)
        on conflict do nothing`.compile(trx),
    );
  }
}

/** Sent with the commit. */
export function deleteMembers(
  trx: Trx,
  accountId: string,
  groupId: string,
  userIds: readonly string[],
): void {
  for (const ids of inBatches(userIds)) {
    atCommit(
      trx,
      sql`
        delete from group_members m
        where m.account_id = ${accountId} and m.group_id = ${groupId} and m.user_id = any(${idSet(ids)})`.compile(
        trx,
      ),
    );
  }
}

function inBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_STATEMENT) {
    batches.push(ids.slice(start, start + IDS_PER_STATEMENT));
  }
  return batches;
}
