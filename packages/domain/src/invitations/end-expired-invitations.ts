import { sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { inTransaction } from '../database/transaction.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';

const MOST_AT_ONCE = 500;

/**
 * Ends invitations whose time is over: the people stay invited and can be sent a new one. Some at once, account by account;
 * returns how many, so that the caller goes on until there are none.
 */
export async function endExpiredInvitations(db: Database, now: Date): Promise<number> {
  const { rows } = await sql<{ account_id: string; ids: readonly string[] }>`
    /* every account: time passes in all of them */
    select due.account_id, array_agg(due.id) as ids from (
      select i.account_id, i.id from invitations i where i.ended_at is null and i.expires_at <= ${now}
      order by i.account_id limit ${MOST_AT_ONCE}
    ) as due group by due.account_id`.execute(db);
  for (const { account_id, ids } of rows) await inAccount(account_id, () => endOf(db, account_id, ids, now));
  return rows.reduce((sum, { ids }) => sum + ids.length, 0);
}

async function endOf(db: Database, accountId: string, ids: readonly string[], now: Date): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { rows } = await sql<{ user_id: string; address: string }>`
      update invitations i set ended_at = ${now}, outcome = 'expired'
      where i.account_id = ${accountId} and i.id = any(${ids}::uuid[]) and i.ended_at is null
      returning i.user_id, i.address`.execute(trx);
    const events = rows.map(({ user_id, address }) => ({
      kind: 'invitation.expired' as const,
      target: { kind: 'user' as const, id: user_id },
      detail: { address },
    }));
    if (events.length > 0)
      appendAuditEvents(trx, { kind: 'system', name: 'invitations' }, accountId, now, events);
  });
}
