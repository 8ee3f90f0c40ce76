import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Trx } from './transaction.ts';

/**
 * Locks are taken here and nowhere else, in this order, so that no two requests wait for each other:
 *   1. the account        shared by every write; exclusive for a change of its settings
 *   2. its administrators by whatever could take away the last one; then a default-group cleanup, the row
 *   3. user names         by whatever claims a name
 *   4. group rows, by ascending id
 *   5. user rows, by ascending id
 *   6. counters and seats, sent with the commit
 * The first three are advisory: they cost no write, and a name can be locked before a row has it.
 */
type AdvisoryLock = 'account' | 'administrators' | 'user_name' | 'attempt';

/** Settings stay as read until the transaction ends; other writes go on beside it. */
export async function lockAccountShared(trx: Trx, accountId: string): Promise<void> {
  await accountSharedLock(accountId).execute(trx);
}

/** The same, for a flight. */
export function accountSharedLock(accountId: string): RawBuilder<unknown> {
  return sql`select pg_advisory_xact_lock_shared(${lockNumber('account', accountId)})`;
}

/** The account, shared, and one user name, in one statement: PostgreSQL works a select list off from left to right. */
export async function lockAccountSharedAndUserName(
  trx: Trx,
  accountId: string,
  userName: string,
): Promise<void> {
  await accountSharedAndUserNameLock(accountId, userName).execute(trx);
}

/** The same, for a flight. */
export function accountSharedAndUserNameLock(accountId: string, userName: string): RawBuilder<unknown> {
  return sql`
    select pg_advisory_xact_lock_shared(${lockNumber('account', accountId)}),
      pg_advisory_xact_lock(hashtextextended(${lockName('user_name', accountId)} || lower(${userName}), 0))`;
}

/** Waits for the writes that run on the account and holds new ones back, for a change of its settings. */
export async function lockAccount(trx: Trx, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber('account', accountId)})`.execute(trx);
}

/** Of two requests that could take away the last administrator, the second waits and sees what the first did. */
export async function lockAdministrators(trx: Trx, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber('administrators', accountId)})`.execute(trx);
}

/**
 * The same, only if the user is an administrator now, and says whether they are: other people's changes need not wait for
 * each other.
 */
export async function lockAdministratorsIfOne(trx: Trx, accountId: string, userId: string): Promise<boolean> {
  const { rows } = await sql<{ is_one: boolean }>`
    select ${administratorsLockIfOne(accountId, userId)} is not null as is_one`.execute(trx);
  return rows[0]?.is_one === true;
}

/** The account, shared, and the administrators if the user is one, in one statement, likewise. */
export async function lockAccountSharedAndAdministratorsIfOne(
  trx: Trx,
  accountId: string,
  userId: string,
): Promise<void> {
  await sql`
    select pg_advisory_xact_lock_shared(${lockNumber('account', accountId)}),
      ${administratorsLockIfOne(accountId, userId)}`.execute(trx);
}

/** The same, only if membership in the group makes administrators. */
export async function lockAdministratorsIfGroupGrants(
  trx: Trx,
  accountId: string,
  groupId: string,
): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${lockNumber('administrators', accountId)})
    where exists (
      select from group_permission_sets p
      where p.account_id = ${accountId} and p.group_id = ${groupId} and p.permission_set = 'account_admin'
    )`.execute(trx);
}

/**
 * One claim at a time on a user name, pending names included: two indexes cannot rule out each other's entries.
 * Names are folded by the database, as its unique index folds them.
 */
export async function lockUserNames(
  trx: Trx,
  accountId: string,
  userNames: readonly string[],
): Promise<void> {
  const prefix = lockName('user_name', accountId);
  await sql`
    select pg_advisory_xact_lock(key) from (
      select distinct hashtextextended(${prefix} || lower(name), 0) as key
      from unnest(${userNames}::text[]) as name order by key
    ) as keys`.execute(trx);
}

/** Of equal attempts that are recorded at once, the second waits and sees the first; taken in transactions of their own. */
export async function lockAttempt(trx: Trx, accountId: string, fingerprint: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${lockName('attempt', accountId)} || ${fingerprint}, 0))`.execute(
    trx,
  );
}

/** The condition that a group makes the user an administrator. */
export function isAdministrator(accountId: string, userId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
      select from group_members m
      join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
      where m.account_id = ${accountId} and m.user_id = ${userId} and p.permission_set = 'account_admin'
    )`;
}

function administratorsLockIfOne(accountId: string, userId: string) {
  return sql`case when ${isAdministrator(accountId, userId)} then pg_advisory_xact_lock(${lockNumber('administrators', accountId)}) end`;
}

function lockNumber(lock: AdvisoryLock, accountId: string) {
  return sql`hashtextextended(${lockName(lock, accountId)}, 0)`;
}

function lockName(lock: AdvisoryLock, accountId: string): string {
  return `rollcall:${lock}:${accountId}:`;
}
