import { type Kysely, sql } from 'kysely';
import { PERMISSION_SETS, type PermissionSet } from '../admins/permission-sets.ts';
import { getAccount } from '../accounts/find-accounts.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isId, newId } from '../ids.ts';
import {
  describeToken,
  TOKEN_COLUMNS,
  tokenCreator,
  type TokenDescription,
  type TokenRow,
} from './token-description.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';
import { newTokenValue, tokenDigest, tokenHint } from './token-value.ts';

/** What an administrator's script authenticates with at the admin API. */
export interface ServiceToken extends TokenDescription {
  permissionSets: readonly PermissionSet[];
}

export interface ServiceTokenRequest extends TokenRequest {
  permissionSets: readonly PermissionSet[];
}

/** `value` is shown this once. Throws InvalidInputError for a token that could do nothing. */
export async function createServiceToken(
  trx: Trx,
  actor: Actor,
  accountId: string,
  request: ServiceTokenRequest,
  now: Date,
): Promise<{ token: ServiceToken; value: string }> {
  const { name, expiresAt } = readTokenRequest(request, now);
  const permissionSets = PERMISSION_SETS.filter((set) => request.permissionSets.includes(set));
  if (permissionSets.length === 0) {
    throw new InvalidInputError('A service token needs at least one permission set.', 'permissionSets');
  }
  await Promise.all([lockAccountShared(trx, accountId), getAccount(trx, accountId)]);
  const value = newTokenValue('service');
  const { rows } = await sql<ServiceTokenRow>`
    insert into service_tokens as t
      (account_id, id, name, permission_sets, digest, hint, created_by, created_at, expires_at)
    values (${accountId}, ${request.id ?? newId()}, ${name}, ${permissionSets}, ${tokenDigest(value)}, ${tokenHint(value)},
      ${JSON.stringify(tokenCreator(actor))}, ${now}, ${expiresAt})
    returning ${TOKEN_COLUMNS}, t.permission_sets`.execute(trx);
  const token = onlyToken(rows);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'service_token.created',
    target: { kind: 'service_token', id: token.id },
    detail: { name, permissionSets, expiresAt: expiresAt?.toISOString() ?? null },
  });
  return { token, value };
}

/** Every service token that the account ever had, the newest first. */
export async function listServiceTokens(db: Kysely<DB>, accountId: string): Promise<ServiceToken[]> {
  const { rows } = await sql<ServiceTokenRow>`
    select ${TOKEN_COLUMNS}, t.permission_sets from service_tokens t
    where t.account_id = ${accountId} order by t.id desc`.execute(db);
  return rows.map((row) => onlyToken([row]));
}

/** Revoking a token again changes nothing. Without a lock on the account, for the reason that SCIM tokens have. */
export async function revokeServiceToken(
  trx: Trx,
  actor: Actor,
  accountId: string,
  tokenId: string,
  now: Date,
): Promise<ServiceToken> {
  if (!isId(tokenId)) throw unknownToken();
  const revoked = await sql<ServiceTokenRow>`
    update service_tokens t set revoked_at = ${now}
    where t.account_id = ${accountId} and t.id = ${tokenId} and t.revoked_at is null
    returning ${TOKEN_COLUMNS}, t.permission_sets`.execute(trx);
  if (revoked.rows.length === 0) return getServiceToken(trx, accountId, tokenId);
  const token = onlyToken(revoked.rows);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'service_token.revoked',
    target: { kind: 'service_token', id: token.id },
    detail: { name: token.name },
  });
  return token;
}

/** Throws NotFoundError. */
export async function getServiceToken(
  db: Kysely<DB>,
  accountId: string,
  tokenId: string,
): Promise<ServiceToken> {
  if (!isId(tokenId)) throw unknownToken();
  const { rows } = await sql<ServiceTokenRow>`
    select ${TOKEN_COLUMNS}, t.permission_sets from service_tokens t
    where t.account_id = ${accountId} and t.id = ${tokenId}`.execute(db);
  return onlyToken(rows);
}

interface ServiceTokenRow extends TokenRow {
  permission_sets: readonly PermissionSet[];
}

function onlyToken([row]: readonly ServiceTokenRow[]): ServiceToken {
  if (row === undefined) throw unknownToken();
  return { ...describeToken(row), permissionSets: row.permission_sets };
}

function unknownToken(): NotFoundError {
  return new NotFoundError('There is no such service token in this account.');
}
