import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { readDomain } from './account-names.ts';
import { readAccountSettings } from './account-settings.ts';

/**
 * Vouches for the e-mail addresses of a domain: newcomers with one are active at once. People who were invited before stay
 * so until they accept. A domain that is verified already is left as it is.
 */
export async function verifyDomain(
  trx: Trx,
  actor: Actor,
  accountId: string,
  domain: string,
  now: Date,
): Promise<void> {
  const name = readDomain(domain);
  await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const { rows } = await sql`
    insert into account_domains as d (account_id, domain, verified_at, created_at)
    values (${accountId}, lower(${name}), ${now}, ${now})
    on conflict (account_id, domain) do update set verified_at = excluded.verified_at where d.verified_at is null
    returning d.domain`.execute(trx);
  if (rows.length === 0) return;
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'account.domain_verified',
    target: { kind: 'account' },
    detail: { domain: name },
  });
  announceSettingsChange(trx, accountId);
}
