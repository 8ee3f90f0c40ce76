import { sql } from 'kysely';
import { atCommit, type Trx } from '../database/transaction.ts';
import { emailValues } from './email-addresses.ts';
import type { User } from './user.ts';
import { INSERTED_COLUMNS } from './users.repository.ts';

/**
 * For each name whether the account knows it: somebody has it, had it or waits to have it, or it is there before among
 * `names`. Names are folded by the database. Lock them first. Each branch has an index of its own.
 */
export async function selectKnownNames(
  trx: Trx,
  accountId: string,
  names: readonly string[],
): Promise<readonly boolean[]> {
  const folded = sql`array(select lower(name) from unnest(${names}::text[]) as name)`;
  const { rows } = await sql<{ known: boolean }>`
    with known as materialized (
      select a.user_name_lower as name from users a
      where a.account_id = ${accountId} and a.user_name_lower = any(${folded}) and a.holds_user_name
      union all
      select b.user_name_lower from users b
      where b.account_id = ${accountId} and b.user_name_lower = any(${folded})
        and not b.holds_user_name and not b.erased
      union all
      select c.pending_user_name_lower from users c
      where c.account_id = ${accountId} and c.pending_user_name_lower = any(${folded})
    )
    select lower(n.name) in (select k.name from known k)
      or row_number() over (partition by lower(n.name) order by n.position) > 1 as known
    from unnest(${names}::text[]) with ordinality as n (name, position)
    order by n.position`.execute(trx);
  return rows.map((row) => row.known);
}

/** Sent with the commit. The caller has locked the user names and found them free. */
export function insertUsers(trx: Trx, accountId: string, users: readonly User[], now: Date): void {
  atCommit(
    trx,
    sql`
      insert into users (${INSERTED_COLUMNS})
      select ${accountId}, u.id, u.state, u.deleted_by, u.scim_managed, u.local_administrator, u.user_name,
        u.pending_user_name, u.one_sided_change, u.external_id, u.attributes,
        array(select lower(address) from unnest(u.addresses) as address), u.sign_in_email, u.sign_in_groups,
        u.asserted_license_type, u.manual_license_type, u.license_type, u.license_source, u.activated_at, u.erased,
        ${now}, ${now}
      from jsonb_to_recordset(${JSON.stringify(users.map(rowOf))}::jsonb) as u (id uuid, state text, deleted_by text,
        scim_managed boolean, local_administrator boolean, user_name text, pending_user_name text,
        one_sided_change jsonb, external_id text, attributes jsonb, addresses text[], sign_in_email text,
        sign_in_groups text[], asserted_license_type text, manual_license_type text, license_type text,
        license_source text, activated_at timestamptz, erased boolean)`.compile(trx),
  );
}

function rowOf(user: User): object {
  return {
    id: user.id,
    state: user.state,
    deleted_by: user.deletedBy,
    scim_managed: user.scimManaged,
    local_administrator: user.localAdministrator,
    user_name: user.userName,
    pending_user_name: user.pendingUserName,
    one_sided_change: user.oneSidedChange,
    external_id: user.externalId,
    attributes: user.attributes,
    addresses: emailValues(user.attributes),
    sign_in_email: user.signInEmail,
    sign_in_groups: user.signInGroups,
    asserted_license_type: user.assertedLicenseType,
    manual_license_type: user.manualLicenseType,
    license_type: user.licenseType,
    license_source: user.licenseSource,
    activated_at: user.activatedAt,
    erased: user.erased,
  };
}
