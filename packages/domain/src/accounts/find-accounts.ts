import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import type { Account } from './account.ts';

/** An account in the operator's list. `users` and `groups` are those that an identity provider can see. */
export interface AccountSummary extends Account {
  scimEnabled: boolean;
  users: number;
  groups: number;
}

export async function findAccount(db: Kysely<DB>, idOrSlug: string): Promise<Account | undefined> {
  return isId(idOrSlug) ? findById(db, idOrSlug) : findBySlug(db, idOrSlug);
}

export async function getAccount(db: Kysely<DB>, accountId: string): Promise<Account> {
  const account = isId(accountId) ? await findById(db, accountId) : undefined;
  if (account === undefined) throw new NotFoundError('There is no such account.');
  return account;
}

/** Every account in order of slug: for the operator, whose command is the only one that crosses accounts. */
export async function listAccounts(db: Kysely<DB>): Promise<AccountSummary[]> {
  const { rows } = await sql<AccountRow & { scim_enabled: boolean; users: number; groups: number }>`
    /* every account: the operator lists them */
    select a.id, a.slug, a.name, a.plan, a.sso_provider_kind, a.created_at, ${SSO_CONNECTED}, c.enabled as scim_enabled,
      (select coalesce(sum(r.amount), 0)::int8 from resource_counts r
        where r.account_id = a.id and r.resource = 'user') as users,
      (select coalesce(sum(r.amount), 0)::int8 from resource_counts r
        where r.account_id = a.id and r.resource = 'group') as groups
    from accounts a join scim_configurations c on c.account_id = a.id
    order by a.slug`.execute(db);
  return rows.map((row) =>
    Object.assign(toAccount(row), {
      scimEnabled: row.scim_enabled,
      users: row.users,
      groups: row.groups,
    }),
  );
}

async function findById(db: Kysely<DB>, id: string): Promise<Account | undefined> {
  const { rows } = await sql<AccountRow>`
    select a.id, a.slug, a.name, a.plan, a.sso_provider_kind, a.created_at, ${SSO_CONNECTED}
    from accounts a where a.id = ${id}`.execute(db);
  return rows[0] && toAccount(rows[0]);
}

async function findBySlug(db: Kysely<DB>, slug: string): Promise<Account | undefined> {
  // A NUL never reaches PostgreSQL, which refuses it in text.
  if (slug.includes('\0')) return undefined;
  const { rows } = await sql<AccountRow>`
    /* every account: a slug names an account by itself */
    select a.id, a.slug, a.name, a.plan, a.sso_provider_kind, a.created_at, ${SSO_CONNECTED}
    from accounts a where a.slug = ${slug}`.execute(db);
  return rows[0] && toAccount(rows[0]);
}

const SSO_CONNECTED = sql`exists (select from sso_providers p where p.account_id = a.id) as sso_connected`;

interface AccountRow {
  id: string;
  slug: string;
  name: string;
  plan: Account['plan'];
  sso_provider_kind: Account['ssoProviderKind'];
  sso_connected: boolean;
  created_at: Date;
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    plan: row.plan,
    ssoProviderKind: row.sso_provider_kind,
    ssoConnected: row.sso_connected,
    createdAt: row.created_at,
  };
}
