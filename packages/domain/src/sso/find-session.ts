import { type Kysely, sql } from 'kysely';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { DB } from '../database/schema.generated.ts';
import { type AccountSecret, readAccountSecret } from './account-secret.ts';
import { SEEN_INTERVAL_MS, type SessionKind } from './session.ts';
import { isLiving } from './sessions.repository.ts';

/** Whose request it is, and what they may do at this moment. */
export interface SignedIn {
  accountId: string;
  sessionId: string;
  kind: SessionKind;
  expiresAt: Date;
  userId: string;
  userName: string;
  permissionSets: readonly PermissionSet[];
  /** For `admitAddress`. */
  ipRulesVersion: number;
}

interface SessionRow {
  id: string;
  kind: SessionKind;
  expires_at: Date;
  last_seen_at: Date;
  user_id: string;
  user_name: string;
  permission_sets: readonly PermissionSet[];
  ip_rules_version: number;
}

/**
 * The session of a cookie's value while it has neither ended nor run out and its person is active; undefined for everything
 * else, all alike. Asked of the database on every request and kept nowhere: who is deactivated, or leaves a group, has lost
 * what that gave with their next request.
 */
export async function findSession(db: Kysely<DB>, value: string, now: Date): Promise<SignedIn | undefined> {
  const secret = readAccountSecret('session', value);
  const row = secret && (await selectSession(db, secret, now));
  if (secret === undefined || row === undefined) return undefined;
  if (now.getTime() - row.last_seen_at.getTime() >= SEEN_INTERVAL_MS)
    await noteSeen(db, secret.accountId, row.id, now);
  return {
    accountId: secret.accountId,
    sessionId: row.id,
    kind: row.kind,
    expiresAt: row.expires_at,
    userId: row.user_id,
    userName: row.user_name,
    permissionSets: row.permission_sets,
    ipRulesVersion: row.ip_rules_version,
  };
}

async function selectSession(
  db: Kysely<DB>,
  { accountId, digest }: AccountSecret,
  now: Date,
): Promise<SessionRow | undefined> {
  const { rows } = await sql<SessionRow>`
    select s.id, s.kind, s.expires_at, s.last_seen_at, u.id as user_id, u.user_name,
      case when u.local_administrator then array['account_admin'] else array(
        select distinct p.permission_set from group_members m
        join group_permission_sets p on p.account_id = m.account_id and p.group_id = m.group_id
        where m.account_id = ${accountId} and p.account_id = ${accountId} and m.user_id = u.id) end as permission_sets,
      c.ip_rules_version
    from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
    join scim_configurations c on c.account_id = s.account_id
    where s.account_id = ${accountId} and u.account_id = ${accountId} and c.account_id = ${accountId} and s.digest = ${digest}
      and ${isLiving(now)} and u.state = 'active'`.execute(db);
  return rows[0];
}

async function noteSeen(db: Kysely<DB>, accountId: string, sessionId: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - SEEN_INTERVAL_MS);
  await sql`
    update sessions s set last_seen_at = ${now}
    where s.account_id = ${accountId} and s.id = ${sessionId} and s.ended_at is null and s.last_seen_at <= ${before}`.execute(
    db,
  );
}
