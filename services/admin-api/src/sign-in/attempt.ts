import type { CookieSerializeOptions } from '@fastify/cookie';
import type { SecretBox } from '@rollcall/domain/sso/secret-box';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, cookieOptions } from './session-cookie.ts';

/** A sign-in that was begun and not finished: kept by the browser that began it, sealed, so that no other can finish it. */
export interface Attempt {
  accountId: string;
  slug: string;
  /** Of the provider when it began: another one cannot finish it. */
  issuer: string;
  returnTo: string;
}

/** What an attempt with one protocol keeps besides, and where. */
export interface AttemptKind<Own extends string> {
  readonly cookie: string;
  readonly own: readonly Own[];
  /** The provider has the browser post its answer, and with what another site posts, browsers send no other cookies. */
  readonly isPosted: boolean;
}

export const OPENID_ATTEMPT: AttemptKind<'state' | 'nonce' | 'codeVerifier'> = {
  cookie: 'rollcall_sign_in',
  own: ['state', 'nonce', 'codeVerifier'],
  isPosted: false,
};

export const SAML_ATTEMPT: AttemptKind<'requestId'> = {
  cookie: 'rollcall_saml_sign_in',
  own: ['requestId'],
  isPosted: true,
};

/** `expiresAt` is in milliseconds. */
export type KeptAttempt<Own extends string> = Attempt & Record<Own, string> & { expiresAt: number };

const LIFETIME_MS = 10 * 60_000;
const COMMON = ['accountId', 'slug', 'issuer', 'returnTo'];

type Keeper = { readonly publicAdminUrl: string; readonly secrets: SecretBox };

export function keepAttempt<Own extends string>(
  reply: FastifyReply,
  keeper: Keeper,
  kind: AttemptKind<Own>,
  attempt: Attempt & Record<Own, string>,
  now: Date,
): void {
  const expiresAt = now.getTime() + LIFETIME_MS;
  const sealed = keeper.secrets.seal(purposeOf(kind), JSON.stringify({ ...attempt, expiresAt }));
  reply.setCookie(cookieName(kind.cookie, keeper), sealed.toString('base64url'), {
    ...optionsOf(kind, keeper),
    expires: new Date(expiresAt),
  });
}

/** Undefined where none was begun in this browser, or too long ago. */
export function readAttempt<Own extends string>(
  request: FastifyRequest,
  keeper: Keeper,
  kind: AttemptKind<Own>,
  now: Date,
): KeptAttempt<Own> | undefined {
  const sealed = request.cookies[cookieName(kind.cookie, keeper)];
  const text = sealed && keeper.secrets.open(purposeOf(kind), Buffer.from(sealed, 'base64url'));
  const attempt: unknown = text === undefined || text === '' ? undefined : JSON.parse(text);
  return isAttempt(attempt, kind) && attempt.expiresAt > now.getTime() ? attempt : undefined;
}

export function forgetAttempt(reply: FastifyReply, keeper: Keeper, kind: AttemptKind<string>): void {
  reply.clearCookie(cookieName(kind.cookie, keeper), optionsOf(kind, keeper));
}

function optionsOf({ isPosted }: AttemptKind<string>, keeper: Keeper): CookieSerializeOptions {
  const options = cookieOptions(keeper);
  if (!isPosted) return options;
  const { sameSite: _, ...others } = options;
  // "None" is for secure cookies alone. Where nothing is said, browsers still send a young one.
  return others.secure === true ? { ...others, sameSite: 'none' } : others;
}

function purposeOf({ cookie }: AttemptKind<string>): string {
  return `sign_in_attempt:${cookie}`;
}

// Sealed by this installation, but perhaps by an older version of it.
function isAttempt<Own extends string>(value: unknown, { own }: AttemptKind<Own>): value is KeptAttempt<Own> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    [...COMMON, ...own].every((name) => typeof fields.get(name) === 'string') &&
    typeof fields.get('expiresAt') === 'number'
  );
}
