import { sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { MAIL_ATTEMPTS } from '../mails/mail-attempts.ts';

/** As many as one statement takes at once: the next turn takes the rest. */
const MOST_AT_ONCE = 500;

/**
 * Enqueues the mails of invitations and confirmations that have none yet. It is not done where they are made: graphile-worker
 * announces each task, and PostgreSQL lets transactions that announce something commit one at a time, so every invited person of a
 * first synchronisation would wait for all others. Returns how many there were. Safe to run by several at once.
 */
export async function queueUnsentMails(db: Database, now: Date): Promise<number> {
  const invitations = await sql<{ amount: number }>`
    /* every account: whoever is invited anywhere gets a mail */
    with due as materialized (
      select i.account_id, i.id from invitations i
      where i.mail_queued_at is null and i.ended_at is null order by i.id limit ${MOST_AT_ONCE} for update skip locked
    ), marked as (
      update invitations i set mail_queued_at = ${now} from due
      where i.account_id = due.account_id and i.id = due.id
      returning i.account_id, i.id
    )
    ${enqueued('invitation', 'invitationId')}`.execute(db);
  const confirmations = await sql<{ amount: number }>`
    /* every account: whoever changed their address anywhere is asked by mail */
    with due as materialized (
      select c.account_id, c.id from email_confirmations c
      where c.mail_queued_at is null and c.ended_at is null order by c.id limit ${MOST_AT_ONCE} for update skip locked
    ), marked as (
      update email_confirmations c set mail_queued_at = ${now} from due
      where c.account_id = due.account_id and c.id = due.id
      returning c.account_id, c.id
    )
    ${enqueued('email_confirmation', 'confirmationId')}`.execute(db);
  return (invitations.rows[0]?.amount ?? 0) + (confirmations.rows[0]?.amount ?? 0);
}

/** One task for each row of `marked`; and how many. */
function enqueued(mail: string, idName: string) {
  return sql`
    , specs as materialized (
      select coalesce(array_agg(row('send-mail',
        json_build_object('mail', ${mail}::text, 'accountId', m.account_id, ${idName}::text, m.id),
        null, null, ${MAIL_ATTEMPTS}::smallint, null, null, null)::graphile_worker.job_spec), '{}') as list
      from marked m
    )
    select count(*)::int as amount from specs, graphile_worker.add_jobs(specs.list) where cardinality(specs.list) > 0`;
}
