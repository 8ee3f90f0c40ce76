import { sql } from 'kysely';
import { listActiveAdministrators } from '../admins/active-administrators.ts';
import type { Database } from '../database/connection.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { MAIL_ATTEMPTS } from './mail-attempts.ts';

const MINUTES = 60 * 1000;
/** An account gets one mail at most in that time, with all that came up in it. */
const PAUSE_MS = 10 * MINUTES;
/** Older alerts are not mailed: a worker that was away for days does not tell old news. */
const NEWS_MS = 48 * 60 * MINUTES;

/**
 * Enqueues a mail to each active administrator of each account with alerts that nobody was told of. Which alerts went out is
 * remembered by event, so that none is missed that was written while others were mailed. Returns how many accounts have
 * news. Safe to run by several at once.
 */
export async function queueAlertMails(db: Database, now: Date): Promise<number> {
  const { rows } = await sql<{ account_id: string; event_ids: readonly string[] }>`
    /* every account: alerts of all of them are mailed */
    select e.account_id, array_agg(e.id) as event_ids from audit_events e
    where e.alert and e.at > ${new Date(now.getTime() - NEWS_MS)}
      and not exists (select from alert_mails m where m.account_id = e.account_id and m.event_id = e.id)
      and not exists (
        select from alert_mails m
        where m.account_id = e.account_id and m.queued_at > ${new Date(now.getTime() - PAUSE_MS)})
    group by e.account_id`.execute(db);
  for (const { account_id, event_ids } of rows) {
    await inAccount(account_id, () => queueFor(db, account_id, event_ids, now));
  }
  return rows.length;
}

async function queueFor(
  db: Database,
  accountId: string,
  eventIds: readonly string[],
  now: Date,
): Promise<void> {
  const mailId = newId();
  await inTransaction(db, async (trx) => {
    const [administrators, { rows }] = await Promise.all([
      listActiveAdministrators(trx, accountId),
      sql`
        insert into alert_mails (account_id, event_id, mail_id, queued_at)
        select ${accountId}, event_id, ${mailId}, ${now} from unnest(${eventIds}::uuid[]) as event_id
        on conflict (account_id, event_id) do nothing returning event_id`.execute(trx),
    ]);
    // Somebody else was quicker.
    if (rows.length === 0) return;
    for (const { id } of administrators) {
      const mail = { mail: 'alerts', accountId, userId: id, mailId } as const;
      enqueueTask(trx, 'send-mail', mail, { maxAttempts: MAIL_ATTEMPTS });
    }
  });
}
