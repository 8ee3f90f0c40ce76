import { inTransaction } from '@rollcall/domain/database/transaction';
import { RefusedError } from '@rollcall/domain/errors';
import { findSignInLink, useSignInLink } from '@rollcall/domain/sso/use-sign-in-link';
import { escaped } from '@rollcall/service-kit/escape-html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { sendPage } from '../public-pages/send-page.ts';
import { sendNotice } from './notices.ts';
import { homePath, SIGN_IN_PATH } from './return-path.ts';
import { setSessionCookie } from './session-cookie.ts';

type LinkRequest = FastifyRequest<{ Params: { value: string } }>;

/** The page with the button. Opening it spends nothing: scanners of mail open links. */
export async function showSignInLink(
  { db }: AdminApi,
  request: LinkRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const link = await findSignInLink(db, request.params.value, now);
  if (link === undefined) return sendSpent(reply, SPENT);
  return sendPage(reply, 200, {
    title: `Sign in to ${link.accountName}`,
    body: `<p>As ${escaped(link.userName)}, for one hour. The link works once.</p>
<form method="post"><button>Sign in</button></form>`,
  });
}

/** What the button does. */
export async function pressSignInLink(
  { db, settings }: AdminApi,
  request: LinkRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const origin = { address: request.ip, userAgent: request.headers['user-agent'] ?? null };
  const session = await inTransaction(db, (trx) =>
    useSignInLink(trx, request.params.value, origin, now),
  ).catch(refusalIn);
  if (session instanceof RefusedError) return sendSpent(reply, session.message);
  setSessionCookie(reply, settings, session);
  return reply.redirect(homePath(settings), 303);
}

function refusalIn(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  throw error;
}

const SPENT =
  'It was used, or replaced by a newer one, or is older than 24 hours. The operator can make another with "rollcall account sign-in-link".';

function sendSpent(reply: FastifyReply, why: string): FastifyReply {
  return sendNotice(reply, 410, {
    title: 'This sign-in link does not work',
    paragraphs: [why],
    link: { href: SIGN_IN_PATH, text: 'Sign in another way' },
  });
}
