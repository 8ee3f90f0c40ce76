import type { SecretBox } from '@rollcall/domain/sso/secret-box';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, cookieOptions } from './session-cookie.ts';

/** A sign-in that was begun and not finished: kept by the browser that began it, sealed, so that no other can finish it. */
export interface Attempt {
  accountId: string;
  slug: string;
  /** Of the provider when it began: another one cannot finish it. */
  issuer: string;
  state: string;
  nonce: string;
  codeVerifier: string;
  returnTo: string;
  /** In milliseconds. */
  expiresAt: number;
}

const LIFETIME_MS = 10 * 60_000;
const COOKIE = 'rollcall_sign_in';
const PURPOSE = 'sign_in_attempt';

type Keeper = { readonly publicAdminUrl: string; readonly secrets: SecretBox };

export function keepAttempt(
  reply: FastifyReply,
  keeper: Keeper,
  attempt: Omit<Attempt, 'expiresAt'>,
  now: Date,
): void {
  const kept: Attempt = { ...attempt, expiresAt: now.getTime() + LIFETIME_MS };
  const sealed = keeper.secrets.seal(PURPOSE, JSON.stringify(kept));
  reply.setCookie(cookieName(COOKIE, keeper), sealed.toString('base64url'), {
    ...cookieOptions(keeper),
    expires: new Date(kept.expiresAt),
  });
}

/** Undefined where none was begun in this browser, or too long ago. */
export function readAttempt(request: FastifyRequest, keeper: Keeper, now: Date): Attempt | undefined {
  const sealed = request.cookies[cookieName(COOKIE, keeper)];
  const text = sealed && keeper.secrets.open(PURPOSE, Buffer.from(sealed, 'base64url'));
  const attempt = text === undefined || text === '' ? undefined : parse(text);
  return attempt !== undefined && attempt.expiresAt > now.getTime() ? attempt : undefined;
}

export function forgetAttempt(reply: FastifyReply, keeper: Keeper): void {
  reply.clearCookie(cookieName(COOKIE, keeper), cookieOptions(keeper));
}

function parse(text: string): Attempt | undefined {
  const value: unknown = JSON.parse(text);
  return isAttempt(value) ? value : undefined;
}

// Sealed by this installation, but perhaps by an older version of it.
function isAttempt(value: unknown): value is Attempt {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const texts = ['accountId', 'slug', 'issuer', 'state', 'nonce', 'codeVerifier', 'returnTo'];
  return (
    texts.every((name) => typeof fields.get(name) === 'string') && typeof fields.get('expiresAt') === 'number'
  );
}
