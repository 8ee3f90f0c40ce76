import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { signIn } from '@rollcall/domain/sso/sign-in';
import type { SignInIdentity } from '@rollcall/domain/sso/sign-in-identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { sendNotice, signInPathOf } from './notices.ts';
import { setSessionCookie } from './session-cookie.ts';

interface Verified {
  accountId: string;
  slug: string;
  identity: SignInIdentity;
  returnTo: string;
  /** For signing out at the provider. */
  idToken?: string;
}

/** What becomes of a person whom the account's provider vouches for, whatever it speaks. */
export async function finishSignIn(
  { db, settings }: AdminApi,
  request: FastifyRequest,
  reply: FastifyReply,
  { accountId, slug, identity, returnTo, idToken }: Verified,
  now: Date,
): Promise<FastifyReply> {
  const origin = {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    ...(idToken !== undefined && { idToken: settings.secrets.seal(idTokenPurpose(accountId), idToken) }),
  };
  const outcome = await inAccount(accountId, () => signIn(db, accountId, identity, origin, now));
  const link = { href: signInPathOf(slug), text: 'Sign in again' };
  switch (outcome.kind) {
    case 'signed_in':
      setSessionCookie(reply, settings, outcome.session);
      if (outcome.notice === null) return reply.redirect(returnTo, 303);
      return sendNotice(reply, 200, {
        title: 'You are signed in',
        paragraphs: [outcome.notice],
        link: { href: returnTo, text: 'Go on' },
      });
    case 'invited':
      return sendNotice(reply, 403, { title: 'Accept your invitation', paragraphs: [outcome.message], link });
    case 'refused':
      return sendNotice(reply, 403, { title: 'You cannot sign in', paragraphs: [outcome.message], link });
  }
}

export function idTokenPurpose(accountId: string): string {
  return `sessions.id_token:${accountId}`;
}
