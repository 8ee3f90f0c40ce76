import { sql } from 'kysely';
import { listActiveAdministrators } from '../admins/active-administrators.ts';
import type { Database } from '../database/connection.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { inTransaction } from '../database/transaction.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { MAIL_ATTEMPTS } from './mail-attempts.ts';

/** How many days before a token stops working its account's administrators are told. */
const WARNED_BEFORE = [30, 14, 3] as const;
const DAY_MS = 24 * 60 * 60 * 1000;

interface EndingToken {
  account_id: string;
  id: string;
  kind: 'scim' | 'service';
  created_at: Date;
  expires_at: Date;
}

/**
 * Enqueues a mail to each active administrator about each token that stops working soon, once for each of the three times.
 * Returns how many tokens there was something to say of. Safe to run by several at once.
 */
export async function queueTokenExpiryWarnings(db: Database, now: Date): Promise<number> {
  const latest = new Date(now.getTime() + WARNED_BEFORE[0] * DAY_MS);
  const { rows } = await sql<EndingToken>`
    /* every account: tokens end in all of them */
    select t.account_id, t.id, 'scim' as kind, t.created_at, t.expires_at from scim_tokens t
    where t.revoked_at is null and t.expires_at > ${now} and t.expires_at <= ${latest}
    union all
    select t.account_id, t.id, 'service', t.created_at, t.expires_at from service_tokens t
    where t.revoked_at is null and t.expires_at > ${now} and t.expires_at <= ${latest}`.execute(db);
  let told = 0;
  for (const token of rows) {
    const due = warningsDue(token.created_at, token.expires_at, now);
    if (due.length > 0 && (await inAccount(token.account_id, () => warnOf(db, token, due, now)))) told += 1;
  }
  return told;
}

/** A token that was made to live for less is not said to end too early. */
export function warningsDue(createdAt: Date, expiresAt: Date, now: Date): readonly number[] {
  return WARNED_BEFORE.filter((days) => {
    const at = expiresAt.getTime() - days * DAY_MS;
    return at <= now.getTime() && at >= createdAt.getTime();
  });
}

async function warnOf(
  db: Database,
  { account_id, id, kind }: EndingToken,
  due: readonly number[],
  now: Date,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const [administrators, { rows }] = await Promise.all([
      listActiveAdministrators(trx, account_id),
      sql<{ days_before: number }>`
        insert into token_expiry_warnings (account_id, token_id, days_before, warned_at)
        select ${account_id}, ${id}, days, ${now} from unnest(${due}::smallint[]) as days
        on conflict (account_id, token_id, days_before) do nothing returning days_before`.execute(trx),
    ]);
    if (rows.length === 0) return false;
    // Of several that were missed, one mail says all.
    const daysBefore = Math.min(...rows.map((row) => row.days_before));
    for (const administrator of administrators) {
      const mail = {
        mail: 'token_expiry',
        accountId: account_id,
        userId: administrator.id,
        tokenKind: kind,
        tokenId: id,
        daysBefore,
      } as const;
      enqueueTask(trx, 'send-mail', mail, { maxAttempts: MAIL_ATTEMPTS });
    }
    return true;
  });
}
