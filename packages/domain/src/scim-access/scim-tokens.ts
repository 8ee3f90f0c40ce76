import { type Kysely, sql } from 'kysely';
import { getAccount } from '../accounts/find-accounts.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId, newId } from '../ids.ts';
import { announceAccessChange } from './access-changes.ts';
import {
  describeToken,
  TOKEN_COLUMNS,
  tokenCreator,
  type TokenDescription,
  type TokenRow,
} from './token-description.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';
import { newTokenValue, tokenDigest, tokenHint } from './token-value.ts';

/** What an identity provider authenticates with, on the base URL of its own account alone. */
export type ScimToken = TokenDescription;

/** Several may be active at once, so that one is exchanged without an outage. `value` is shown this once. */
export async function createScimToken(
  trx: Trx,
  actor: Actor,
  accountId: string,
  request: TokenRequest,
  now: Date,
): Promise<{ token: ScimToken; value: string }> {
  const { name, expiresAt } = readTokenRequest(request, now);
  await Promise.all([lockAccountShared(trx, accountId), getAccount(trx, accountId)]);
  const value = newTokenValue('scim');
  const { rows } = await sql<TokenRow>`
    insert into scim_tokens as t (account_id, id, name, digest, hint, created_by, created_at, expires_at)
    values (${accountId}, ${request.id ?? newId()}, ${name}, ${tokenDigest(value)}, ${tokenHint(value)},
      ${JSON.stringify(tokenCreator(actor))}, ${now}, ${expiresAt})
    returning ${TOKEN_COLUMNS}`.execute(trx);
  const token = onlyToken(rows);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'scim_token.created',
    target: { kind: 'scim_token', id: token.id },
    detail: { name, expiresAt: expiresAt?.toISOString() ?? null },
  });
  return { token, value };
}

/** Every token that the account ever had, the newest first. */
export async function listScimTokens(db: Kysely<DB>, accountId: string): Promise<ScimToken[]> {
  const { rows } = await sql<TokenRow>`
    select ${TOKEN_COLUMNS} from scim_tokens t where t.account_id = ${accountId} order by t.id desc`.execute(
    db,
  );
  return rows.map(describeToken);
}

/**
 * From then on every process refuses the token within a second. Revoking it again changes nothing. It takes no lock on the
 * account: a leaked token must not stay in force because a long change of settings is under way.
 */
export async function revokeScimToken(
  trx: Trx,
  actor: Actor,
  accountId: string,
  tokenId: string,
  now: Date,
): Promise<ScimToken> {
  if (!isId(tokenId)) throw unknownToken();
  const revoked = await sql<TokenRow>`
    update scim_tokens t set revoked_at = ${now}
    where t.account_id = ${accountId} and t.id = ${tokenId} and t.revoked_at is null
    returning ${TOKEN_COLUMNS}`.execute(trx);
  if (revoked.rows.length === 0) return getScimToken(trx, accountId, tokenId);
  const token = onlyToken(revoked.rows);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'scim_token.revoked',
    target: { kind: 'scim_token', id: token.id },
    detail: { name: token.name },
  });
  announceAccessChange(trx, accountId);
  return token;
}

/** Throws NotFoundError. */
export async function getScimToken(db: Kysely<DB>, accountId: string, tokenId: string): Promise<ScimToken> {
  if (!isId(tokenId)) throw unknownToken();
  const { rows } = await sql<TokenRow>`
    select ${TOKEN_COLUMNS} from scim_tokens t
    where t.account_id = ${accountId} and t.id = ${tokenId}`.execute(db);
  return onlyToken(rows);
}

function onlyToken([row]: readonly TokenRow[]): ScimToken {
  if (row === undefined) throw unknownToken();
  return describeToken(row);
}

function unknownToken(): NotFoundError {
  return new NotFoundError('There is no such SCIM token in this account.');
}
