import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import { isId } from '../ids.ts';
import type { Session } from './session.ts';
import { isLiving } from './sessions.repository.ts';

/** The living sessions of people, the newest first; nothing for those who have none. */
export async function listSessionsOf(
  db: Kysely<DB>,
  accountId: string,
  userIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, readonly Session[]>> {
  const sessions = await selectSessions(db, accountId, sql`s.user_id = any(${idSet(userIds)})`, now);
  return Map.groupBy(sessions, ({ userId }) => userId);
}

/** Living sessions by their ids. */
export async function findSessionsById(
  db: Kysely<DB>,
  accountId: string,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Session>> {
  const known = sql`s.id = any(${idSet(ids.filter(isId))})`;
  const sessions = await selectSessions(db, accountId, known, now);
  return new Map(sessions.map((session) => [session.id, session]));
}

async function selectSessions(
  db: Kysely<DB>,
  accountId: string,
  condition: RawBuilder<unknown>,
  now: Date,
): Promise<readonly Session[]> {
  const { rows } = await sql<Session>`
    select s.id, s.user_id as "userId", s.kind, s.created_at as "createdAt", s.expires_at as "expiresAt",
      s.last_seen_at as "lastSeenAt", s.address, s.user_agent as "userAgent"
    from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
    where s.account_id = ${accountId} and u.account_id = ${accountId} and ${condition} and ${isLiving(now)}
      and u.state = 'active'
    order by s.id desc`.execute(db);
  return rows;
}
