import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { readDomain } from '../accounts/account-names.ts';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import type { AccountDomain, CheckOutcome, DomainChallenge } from './account-domain.ts';
import { selectDomains } from './domains.repository.ts';
import type { TxtAnswer } from './txt-records.ts';

const MOST_DOMAINS = 200;
const CHALLENGE_BYTES = 20;

/**
 * Names a domain that the account means to vouch for. It does nothing until the TXT record of its challenge is found. One that
 * the account has already stays as it is. Throws ForbiddenError and InvalidInputError.
 */
export async function addDomain(
  trx: Trx,
  caller: Caller,
  accountId: string,
  text: string,
  now: Date,
): Promise<AccountDomain> {
  assertRight(caller, 'settings:write');
  const domain = readDomain(text, 'domain');
  const [, known] = await Promise.all([
    lockAccount(trx, accountId),
    selectDomains(trx, accountId),
    readAccountSettings(trx, accountId),
  ]);
  const own = known.find((each) => each.domain === domain);
  if (own !== undefined) return own;
  if (known.length >= MOST_DOMAINS) {
    throw new InvalidInputError(
      `An account can have ${MOST_DOMAINS} domains. Remove one that it no longer needs.`,
      'domain',
    );
  }
  await sql`
    insert into account_domains (account_id, domain, created_at, challenge)
    values (${accountId}, lower(${domain}), ${now}, ${randomBytes(CHALLENGE_BYTES).toString('hex')})`.execute(
    trx,
  );
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'account.domain_added',
    target: { kind: 'account' },
    detail: { domain },
  });
  return getDomain(trx, accountId, domain);
}

/** In the order of their names. */
export function listDomains(db: Kysely<DB>, accountId: string): Promise<readonly AccountDomain[]> {
  return selectDomains(db, accountId);
}

/** Throws NotFoundError for a domain that is not the account's. */
export async function getDomain(db: Kysely<DB>, accountId: string, domain: string): Promise<AccountDomain> {
  const [found] = domain.includes('\0') ? [] : await selectDomains(db, accountId, domain);
  if (found !== undefined) return found;
  throw new NotFoundError(`The account has no domain "${domain}".`);
}

/** The record that proves the domain, to be looked for before `recordDomainCheck`. Throws NotFoundError and InvalidInputError. */
export async function getChallenge(
  db: Kysely<DB>,
  accountId: string,
  domain: string,
): Promise<DomainChallenge> {
  const { challenge } = await getDomain(db, accountId, domain);
  if (challenge !== null) return challenge;
  throw new InvalidInputError(
    'An operator vouched for this domain: there is no record to look for.',
    'domain',
  );
}

/**
 * Keeps what a look for the TXT record of the domain's challenge found; the domain is verified when it is the right one. It activates
 * nobody by itself. A domain that is verified stays so, whatever is found now. Throws ForbiddenError and NotFoundError.
 */
export async function recordDomainCheck(
  trx: Trx,
  caller: Caller,
  accountId: string,
  domain: string,
  answer: TxtAnswer,
  now: Date,
): Promise<AccountDomain> {
  assertRight(caller, 'settings:write');
  await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const [known, challenge] = await Promise.all([
    getDomain(trx, accountId, domain),
    getChallenge(trx, accountId, domain),
  ]);
  const outcome = outcomeOf(challenge, answer);
  const verifies = known.state === 'pending' && outcome === 'found';
  await sql`
    update account_domains d set checked_at = ${now}, check_outcome = ${outcome},
      verified_at = case when ${verifies}::boolean then ${now}::timestamptz else d.verified_at end
    where d.account_id = ${accountId} and d.domain = ${known.domain}`.execute(trx);
  if (verifies) {
    appendAuditEvent(trx, caller.actor, accountId, now, {
      kind: 'account.domain_verified',
      target: { kind: 'account' },
      detail: { domain: known.domain },
    });
    announceSettingsChange(trx, accountId);
  }
  return getDomain(trx, accountId, domain);
}

function outcomeOf({ value }: DomainChallenge, answer: TxtAnswer): CheckOutcome {
  if (answer.kind === 'unreachable') return 'unreachable';
  if (answer.texts.includes(value)) return 'found';
  return answer.texts.length === 0 ? 'missing' : 'other_value';
}

/**
 * The account no longer vouches for the domain's addresses: newcomers with one are invited. Nobody who is there changes. Throws
 * ForbiddenError and NotFoundError.
 */
export async function removeDomain(
  trx: Trx,
  caller: Caller,
  accountId: string,
  domain: string,
  now: Date,
): Promise<AccountDomain> {
  assertRight(caller, 'settings:write');
  await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const known = await getDomain(trx, accountId, domain);
  await sql`
    delete from account_domains d where d.account_id = ${accountId} and d.domain = ${known.domain}`.execute(
    trx,
  );
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'account.domain_removed',
    target: { kind: 'account' },
    detail: { domain: known.domain, state: known.state },
  });
  if (known.state === 'verified') announceSettingsChange(trx, accountId);
  return known;
}
