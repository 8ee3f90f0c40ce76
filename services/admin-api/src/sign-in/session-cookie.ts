import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Address = { readonly publicAdminUrl: string };

/**
 * With its prefix, browsers take a cookie from a secure connection of this very host alone. Over plain http, from the loopback
 * in development, Chromium refuses the prefix and Safari whatever is Secure, so it goes without both there.
 */
export function cookieName(name: string, { publicAdminUrl }: Address): string {
  return isSecure(publicAdminUrl) ? `__Host-${name}` : name;
}

export function cookieOptions({ publicAdminUrl }: Address): CookieSerializeOptions {
  return { path: '/', httpOnly: true, secure: isSecure(publicAdminUrl), sameSite: 'lax' };
}

function isSecure(url: string): boolean {
  return new URL(url).protocol === 'https:';
}

const SESSION = 'rollcall_session';

export function readSessionCookie(request: FastifyRequest, address: Address): string | undefined {
  return request.cookies[cookieName(SESSION, address)];
}

export function setSessionCookie(
  reply: FastifyReply,
  address: Address,
  session: { value: string; expiresAt: Date },
): void {
  reply.setCookie(cookieName(SESSION, address), session.value, {
    ...cookieOptions(address),
    expires: session.expiresAt,
  });
}

export function clearSessionCookie(reply: FastifyReply, address: Address): void {
  reply.clearCookie(cookieName(SESSION, address), cookieOptions(address));
}
