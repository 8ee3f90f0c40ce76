import { type Kysely, sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { RefusalAlert } from '../events/audit-event.ts';

/** The memberships that a change would end, or put to rest. */
export type Withdrawal =
  /** They are deactivated or deleted. */
  | { kind: 'people'; userIds: readonly string[] }
  /** They leave one group. */
  | { kind: 'memberships'; groupId: string; userIds: readonly string[] }
  /** One person leaves several groups. */
  | { kind: 'groups_of_person'; userId: string; groupIds: readonly string[] }
  /** The group is deleted, or no longer carries `account_admin`. */
  | { kind: 'group'; groupId: string };

/**
 * Throws RefusedError `last_account_admin`, carrying the alert, if the withdrawal would leave the account without an
 * active `account_admin`. Call it under `lockAdministrators…` and before the write.
 */
export async function assertAdministratorRemains(
  trx: Trx,
  accountId: string,
  withdrawal: Withdrawal,
  refusal: { message: string; alert: RefusalAlert },
): Promise<void> {
  if (!(await takesLastAdministrator(trx, accountId, withdrawal))) return;
  throw new RefusedError('last_account_admin', refusal.message, { alert: { ...refusal.alert, alert: true } });
}

/**
 * Whether the withdrawal takes an active administrator and leaves none. An account that has none to lose, because its
 * first one is still invited, can be changed freely.
 */
export async function takesLastAdministrator(
  db: Kysely<DB>,
  accountId: string,
  withdrawal: Withdrawal,
): Promise<boolean> {
  const { rows } = await sql<{ takes_last: boolean }>`
    select
      exists (${activeAdministrators(accountId)} and ${isWithdrawn(withdrawal)})
      and not exists (${activeAdministrators(accountId)} and not ${isWithdrawn(withdrawal)}) as takes_last`.execute(
    db,
  );
  return rows[0]?.takes_last ?? false;
}

/** The id of the only active administrator; undefined when there are several, or none. */
export async function selectOnlyAdministrator(
  db: Kysely<DB>,
  accountId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ user_id: string }>`
    ${activeAdministrators(accountId, sql`distinct m.user_id`)} limit 2`.execute(db);
  return rows.length === 1 ? rows[0]?.user_id : undefined;
}

function activeAdministrators(accountId: string, columns = sql``) {
  return sql`
    select ${columns} from group_permission_sets p
    join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where p.account_id = ${accountId} and p.permission_set = 'account_admin' and u.state = 'active'`;
}

function isWithdrawn(withdrawal: Withdrawal) {
  switch (withdrawal.kind) {
    case 'people':
      return sql`(m.user_id = any(${idSet(withdrawal.userIds)}))`;
    case 'memberships':
      return sql`(m.group_id = ${withdrawal.groupId} and m.user_id = any(${idSet(withdrawal.userIds)}))`;
    case 'groups_of_person':
      return sql`(m.user_id = ${withdrawal.userId} and m.group_id = any(${idSet(withdrawal.groupIds)}))`;
    case 'group':
      return sql`(m.group_id = ${withdrawal.groupId})`;
  }
}
