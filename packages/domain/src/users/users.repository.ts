import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { areInForce } from '../accounts/settings-in-force.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import type { JsonObject } from '../json.ts';
import type { LicenseSource, LicenseType } from '../licenses/license-type.ts';
import { emailValues } from './email-addresses.ts';
import type { OneSidedChange, StoredUser, User, UserState } from './user.ts';

/** Columns of `users u`, as mapUser reads them. */
export const USER_COLUMNS = sql.raw(`
  u.account_id, u.id, u.state, u.deleted_by, u.scim_managed, u.local_administrator, u.user_name, u.pending_user_name,
  u.one_sided_change, u.external_id, u.attributes, u.sign_in_email, u.sign_in_groups, u.asserted_license_type,
  u.manual_license_type, u.license_type, u.license_source, u.activated_at, u.erased, u.version, u.created_at, u.updated_at`);

/**
 * The groups that SCIM shows of `users u`, as one JSON column: a page of people costs one statement. Their ids come first
 * and the groups by them: as a join, it costs twice as much.
 */
export function groupsColumn(accountId: string): RawBuilder<unknown> {
  return sql`
    (select json_object_agg(g.id, g.display_name) from groups g
      where g.account_id = ${accountId} and g.default_group is null and g.id = any(array(
        select m.group_id from group_members m where m.account_id = ${accountId} and m.user_id = u.id))) as groups`;
}

export interface UserRow {
  account_id: string;
  id: string;
  state: UserState;
  deleted_by: 'scim' | 'administrator' | null;
  scim_managed: boolean;
  local_administrator: boolean;
  user_name: string;
  pending_user_name: string | null;
  one_sided_change: OneSidedChange | null;
  external_id: string | null;
  attributes: JsonObject;
  sign_in_email: string | null;
  sign_in_groups: readonly string[] | null;
  asserted_license_type: LicenseType | null;
  manual_license_type: LicenseType | null;
  license_type: LicenseType | null;
  license_source: LicenseSource | null;
  activated_at: Date | null;
  erased: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
  /** Names by ids; null for none. */
  groups?: Readonly<Record<string, string>> | null;
}

export function mapUser(row: UserRow): User {
  return {
    accountId: row.account_id,
    id: row.id,
    state: row.state,
    deletedBy: row.deleted_by,
    scimManaged: row.scim_managed,
    localAdministrator: row.local_administrator,
    userName: row.user_name,
    pendingUserName: row.pending_user_name,
    oneSidedChange: row.one_sided_change,
    externalId: row.external_id,
    attributes: row.attributes,
    signInEmail: row.sign_in_email,
    signInGroups: row.sign_in_groups,
    assertedLicenseType: row.asserted_license_type,
    manualLicenseType: row.manual_license_type,
    licenseType: row.license_type,
    licenseSource: row.license_source,
    activatedAt: row.activated_at,
    erased: row.erased,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    groups: groupsIn(row),
  };
}

function groupsIn({ groups }: UserRow): User['groups'] {
  if (groups === undefined || groups === null) return [];
  const found = Object.entries(groups).map(([id, displayName]) => ({ id, displayName }));
  return found.length < 2 ? found : found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Locks and reads one person, with their groups. `visible` restricts to those whom SCIM shows. */
export async function lockUser(
  trx: Trx,
  accountId: string,
  userId: string,
  visible: 'in_scim' | 'everyone',
): Promise<User | undefined> {
  const { rows } = await sql<UserRow>`
    ${userWhere(accountId, userId, isVisibleTo(visible))} for no key update of u`.execute(trx);
  return rows[0] && mapUser(rows[0]);
}

/** The same lock without the reading, for a flight. */
export function userLock(accountId: string, userId: string): RawBuilder<unknown> {
  return sql`
    select from users u where u.account_id = ${accountId} and u.id = ${userId} for no key update`;
}

export interface NameHolders {
  /** Who has the name, or an administrator deleted and it still keeps the name. */
  holder: User | undefined;
  /** Whether somebody else's address change to it waits for confirmation. */
  pending: boolean;
  /** Those whom SCIM deleted under that name, the latest first. */
  tombstones: readonly User[];
}

/**
 * Locks and reads everybody who has or had the user name, or waits to have it. Names are folded by the database. Each
 * branch has an index of its own: joined by `or`, a plan made while the table was small would read the whole account.
 */
export async function lockNameHolders(trx: Trx, accountId: string, userName: string): Promise<NameHolders> {
  const { rows } = await sql<UserRow & { holds: boolean; held: boolean; waits: boolean }>`
    select ${USER_COLUMNS}, ${groupsColumn(accountId)},
      u.user_name_lower = lower(${userName}) and u.holds_user_name as holds,
      u.user_name_lower = lower(${userName}) and not u.holds_user_name as held,
      coalesce(u.pending_user_name_lower = lower(${userName}), false) as waits
    from users u
    where u.account_id = ${accountId} and u.id = any(array(
      select a.id from users a
      where a.account_id = ${accountId} and a.user_name_lower = lower(${userName}) and a.holds_user_name
      union all
      select b.id from users b
      where b.account_id = ${accountId} and b.user_name_lower = lower(${userName})
        and not b.holds_user_name and not b.erased
      union all
      select c.id from users c
      where c.account_id = ${accountId} and c.pending_user_name_lower = lower(${userName})))
    order by u.id desc
    for no key update of u`.execute(trx);
  const holder = rows.find((row) => row.holds);
  return {
    holder: holder && mapUser(holder),
    pending: rows.some((row) => row.waits),
    tombstones: rows.filter((row) => row.held).map(mapUser),
  };
}

/** Whether anybody but `exceptUserId` holds the name or waits to take it. */
export async function isNameTaken(
  trx: Trx,
  accountId: string,
  userName: string,
  exceptUserId: string,
): Promise<boolean> {
  const { rows } = await sql`
    select from users u
    where u.account_id = ${accountId} and u.id <> ${exceptUserId}
      and ((u.user_name_lower = lower(${userName}) and u.holds_user_name)
        or u.pending_user_name_lower = lower(${userName}))
    limit 1`.execute(trx);
  return rows.length > 0;
}

/** Sent with the commit. The caller has locked the user name and found it free. */
export function insertUser(trx: Trx, accountId: string, id: string, user: StoredUser, now: Date): void {
  atCommit(trx, userInsert(accountId, id, user, now, sql``).compile(trx));
}

/** What a new row is given, in this order; the other columns have defaults or are made of these. */
export const INSERTED_COLUMNS = sql.raw(`
  account_id, id, state, deleted_by, scim_managed, local_administrator, user_name, pending_user_name, one_sided_change,
  external_id, attributes, email_keys, sign_in_email, sign_in_groups, asserted_license_type, manual_license_type,
  license_type, license_source, activated_at, erased, created_at, updated_at`);

/** The insertion as part of a larger statement: `condition` is a WHERE clause. */
export function userInsert(
  accountId: string,
  id: string,
  user: StoredUser,
  now: Date,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into users (${INSERTED_COLUMNS})
    select ${accountId}, ${id}, ${user.state}, ${user.deletedBy}, ${user.scimManaged}, ${user.localAdministrator},
      ${user.userName}, ${user.pendingUserName}, ${user.oneSidedChange && JSON.stringify(user.oneSidedChange)},
      ${user.externalId}, ${JSON.stringify(user.attributes)}, ${emailKeys(user)}, ${user.signInEmail},
      ${user.signInGroups}, ${user.assertedLicenseType}, ${user.manualLicenseType}, ${user.licenseType},
      ${user.licenseSource}, ${user.activatedAt}, ${user.erased}, ${now}, ${now} ${condition}`;
}

/** Sent with the commit: nothing waits for it. */
export function updateUser(trx: Trx, accountId: string, id: string, user: StoredUser, now: Date): void {
  atCommit(trx, userUpdate(accountId, id, user, now).compile(trx));
}

/** The update as part of a larger statement; more conditions may follow. */
export function userUpdate(accountId: string, id: string, user: StoredUser, now: Date): RawBuilder<unknown> {
  return sql`
      update users set state = ${user.state}, deleted_by = ${user.deletedBy}, scim_managed = ${user.scimManaged},
        local_administrator = ${user.localAdministrator}, user_name = ${user.userName},
        pending_user_name = ${user.pendingUserName},
        one_sided_change = ${user.oneSidedChange && JSON.stringify(user.oneSidedChange)},
        external_id = ${user.externalId}, attributes = ${JSON.stringify(user.attributes)},
        email_keys = ${emailKeys(user)}, sign_in_email = ${user.signInEmail}, sign_in_groups = ${user.signInGroups},
        asserted_license_type = ${user.assertedLicenseType}, manual_license_type = ${user.manualLicenseType},
        license_type = ${user.licenseType}, license_source = ${user.licenseSource},
        activated_at = ${user.activatedAt}, erased = ${user.erased}, version = version + 1, updated_at = ${now}
      where users.account_id = ${accountId} and users.id = ${id}`;
}

export async function selectUser(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  visible: 'in_scim' | 'everyone',
): Promise<User | undefined> {
  const { rows } = await userWhere(accountId, userId, isVisibleTo(visible)).execute(db);
  return rows[0] && mapUser(rows[0]);
}

/** One person whom SCIM shows, if the account's settings are still those. */
export async function selectUserUnder(
  db: Kysely<DB>,
  { accountId, version }: Pick<AccountSettings, 'accountId' | 'version'>,
  userId: string,
): Promise<User | undefined> {
  const condition = sql<SqlBool>`${isVisibleTo('in_scim')} and ${areInForce(accountId, version)}`;
  const { rows } = await userWhere(accountId, userId, condition).execute(db);
  return rows[0] && mapUser(rows[0]);
}

/** One person with their groups, if the condition on `users u` holds. */
function userWhere(accountId: string, userId: string, condition: RawBuilder<SqlBool>): RawBuilder<UserRow> {
  return sql<UserRow>`
    select ${USER_COLUMNS}, ${groupsColumn(accountId)} from users u
    where u.account_id = ${accountId} and u.id = ${userId} and ${condition}`;
}

function isVisibleTo(visible: 'in_scim' | 'everyone'): RawBuilder<SqlBool> {
  return visible === 'in_scim' ? sql<SqlBool>`u.in_scim` : sql<SqlBool>`true`;
}

// Lower-cased where it is compared: PostgreSQL and JavaScript disagree on a few letters.
function emailKeys(user: StoredUser): RawBuilder<string[]> {
  const addresses = emailValues(user.attributes);
  if (user.pendingUserName !== null) addresses.push(user.pendingUserName);
  return sql<string[]>`array(select lower(address) from unnest(${addresses}::text[]) as address)`;
}
