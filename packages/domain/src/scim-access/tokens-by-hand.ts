import { sql } from 'kysely';
import { assertMayGive, assertRight, type Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { once } from '../idempotency/once.ts';
import { toJson } from '../json.ts';
import { announceAccessChange } from './access-changes.ts';
import { createScimToken, getScimToken, revokeScimToken, type ScimToken } from './scim-tokens.ts';
import {
  createServiceToken,
  getServiceToken,
  revokeServiceToken,
  type ServiceToken,
  type ServiceTokenRequest,
} from './service-tokens.ts';
import type { TokenRequest } from './token-request.ts';

/** A new token. `value` is shown this once: whoever repeats the request gets null. */
export interface IssuedToken<Token> {
  token: Token;
  value: string | null;
}

/** Needs `scim_tokens:write`: whoever holds a SCIM token can make anyone an administrator. */
export async function issueScimToken(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { idempotencyKey, ...request }: TokenRequest & { idempotencyKey?: string | undefined },
  now: Date,
): Promise<IssuedToken<ScimToken>> {
  assertRight(caller, 'scim_tokens:write');
  const values: string[] = [];
  const repeatable = { key: idempotencyKey, operation: 'scimTokenCreate', input: asInput(request) };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (tokenId) => {
    const issued = await createScimToken(trx, caller.actor, accountId, { ...request, id: tokenId }, now);
    values.push(issued.value);
  });
  return { token: await getScimToken(trx, accountId, id), value: values[0] ?? null };
}

const LONGEST_OVERLAP_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Exchanges a token without an outage: makes a new one of the same name, and has the old one expire after the overlap, or
 * when it would have anyway. Needs `scim_tokens:write`. Throws NotFoundError, and RefusedError('token_not_in_force').
 */
export async function rotateScimToken(
  trx: Trx,
  caller: Caller,
  accountId: string,
  request: {
    tokenId: string;
    overlapDays: number;
    expiresAt?: Date | undefined;
    idempotencyKey?: string | undefined;
  },
  now: Date,
): Promise<IssuedToken<ScimToken> & { old: ScimToken }> {
  assertRight(caller, 'scim_tokens:write');
  const { tokenId, overlapDays, expiresAt, idempotencyKey } = request;
  if (!Number.isInteger(overlapDays) || overlapDays < 0 || overlapDays > LONGEST_OVERLAP_DAYS) {
    throw new InvalidInputError(
      `The overlap must be a whole number of days from 0 to ${LONGEST_OVERLAP_DAYS}.`,
      'overlapDays',
    );
  }
  const old = await getScimToken(trx, accountId, tokenId);
  const values: string[] = [];
  const input = { tokenId, overlapDays, expiresAt: toJson(expiresAt) };
  const repeatable = { key: idempotencyKey, operation: 'scimTokenRotate', input };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (newTokenId) => {
    if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)) {
      throw new RefusedError(
        'token_not_in_force',
        `The token "${old.name}" is ${old.revokedAt === null ? 'expired' : 'revoked'}: there is nothing to exchange. Create a new one instead.`,
      );
    }
    const created = { id: newTokenId, name: old.name, expiresAt };
    const issued = await createScimToken(trx, caller.actor, accountId, created, now);
    values.push(issued.value);
    await expireBy(trx, caller, accountId, old, new Date(now.getTime() + overlapDays * DAY_MS), now);
  });
  return {
    token: await getScimToken(trx, accountId, id),
    value: values[0] ?? null,
    old: await getScimToken(trx, accountId, tokenId),
  };
}

async function expireBy(
  trx: Trx,
  { actor }: Caller,
  accountId: string,
  token: ScimToken,
  latest: Date,
  now: Date,
): Promise<void> {
  if (token.expiresAt !== null && token.expiresAt <= latest) return;
  await sql`
    update scim_tokens t set expires_at = ${latest}
    where t.account_id = ${accountId} and t.id = ${token.id}`.execute(trx);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'scim_token.expiry_changed',
    target: { kind: 'scim_token', id: token.id },
    detail: {
      name: token.name,
      expiresAt: { from: token.expiresAt?.toISOString() ?? null, to: latest.toISOString() },
    },
  });
  announceAccessChange(trx, accountId);
}

/** Needs `scim_tokens:revoke`. Revoking it again changes nothing. */
export async function withdrawScimToken(
  trx: Trx,
  caller: Caller,
  accountId: string,
  tokenId: string,
  now: Date,
): Promise<ScimToken> {
  assertRight(caller, 'scim_tokens:revoke');
  return revokeScimToken(trx, caller.actor, accountId, tokenId, now);
}

/** Needs `service_tokens:write`, and every right that the token is to have. */
export async function issueServiceToken(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { idempotencyKey, ...request }: ServiceTokenRequest & { idempotencyKey?: string | undefined },
  now: Date,
): Promise<IssuedToken<ServiceToken>> {
  assertRight(caller, 'service_tokens:write');
  assertMayGive(caller, request.permissionSets, 'A service token with these permission sets');
  const values: string[] = [];
  const input = { ...asInput(request), permissionSets: [...request.permissionSets] };
  const repeatable = { key: idempotencyKey, operation: 'serviceTokenCreate', input };
  const { id } = await once(trx, caller, accountId, repeatable, now, async (tokenId) => {
    const issued = await createServiceToken(trx, caller.actor, accountId, { ...request, id: tokenId }, now);
    values.push(issued.value);
  });
  return { token: await getServiceToken(trx, accountId, id), value: values[0] ?? null };
}

/** Needs `service_tokens:revoke`. */
export async function withdrawServiceToken(
  trx: Trx,
  caller: Caller,
  accountId: string,
  tokenId: string,
  now: Date,
): Promise<ServiceToken> {
  assertRight(caller, 'service_tokens:revoke');
  return revokeServiceToken(trx, caller.actor, accountId, tokenId, now);
}

function asInput({ name, expiresAt }: TokenRequest): { name: string; expiresAt: string | null } {
  return { name, expiresAt: expiresAt?.toISOString() ?? null };
}
