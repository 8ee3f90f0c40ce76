import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { NotFoundError } from '../errors.ts';

interface Found {
  id: string;
}

/** The living user with that user name or, failing that, that confirmed address; for the operator. Throws NotFoundError. */
export async function findLivingUser(db: Kysely<DB>, accountId: string, address: string): Promise<string> {
  const { rows } = await sql<Found>`
    select u.id from users u
    where u.account_id = ${accountId} and u.state <> 'deleted' and not u.local_administrator
      and (u.user_name_lower = lower(${address}) or lower(u.sign_in_email) = lower(${address}))
    order by u.user_name_lower = lower(${address}) desc, u.id limit 1`.execute(db);
  const [user] = rows;
  if (user !== undefined) return user.id;
  throw new NotFoundError(`Nobody in this account has the user name or confirmed address "${address}".`);
}

/** The account's active administrator where it has a single one. Throws NotFoundError, which says what to name instead. */
export async function findOnlyAdministrator(db: Kysely<DB>, accountId: string): Promise<string> {
  const { rows } = await activeAdministrators(accountId).execute(db);
  const [only, another] = rows;
  if (only !== undefined && another === undefined) return only.id;
  throw new NotFoundError(
    `The account has ${only === undefined ? 'no' : 'several'} active account_admin: name a user by e-mail address, or a local administrator.`,
  );
}

function activeAdministrators(accountId: string): RawBuilder<Found> {
  return sql<Found>`
    select distinct u.id from group_permission_sets p
    join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where p.account_id = ${accountId} and p.permission_set = 'account_admin' and u.state = 'active'
    limit 2`;
}
