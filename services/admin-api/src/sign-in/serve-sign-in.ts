import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import { BusyError, RefusedError } from '@rollcall/domain/errors';
import { findSignInAccount } from '@rollcall/domain/sso/find-sign-in-accounts';
import { OidcError } from '@rollcall/oidc-protocol/oidc-error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { isOwnRequest } from '../own-request.ts';
import { chooseAccount, field, showSignIn } from './choose-account.ts';
import { sendNotice } from './notices.ts';
import { finishOpenId, startOpenId } from './openid.ts';
import { returnPath } from './return-path.ts';
import { pressSignInLink, showSignInLink } from './sign-in-link.ts';
import { endSession } from './sign-out.ts';

const MOST_FORM_BYTES = 16 * 1024;

/** The pages of sign-in, which need no script. Apart from the rest of the API, which takes no forms. */
export async function serveSignIn(app: FastifyInstance, api: AdminApi): Promise<void> {
  await app.register(async (pages) => {
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    pages.setErrorHandler((error, request, reply) => answerFailure(api, error, request, reply));
    pages.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'POST' || isOwnRequest(request, api.settings)) return;
      return sendNotice(reply, 403, {
        title: 'This request came from elsewhere',
        paragraphs: [`Only pages at ${api.settings.publicAdminUrl} can do this.`],
        link: { href: `${api.settings.publicAdminUrl}/sign-in`, text: 'Go there' },
      });
    });
    pages.get('/sign-in', (request, reply) => showSignIn(api, request, reply, new Date()));
    pages.post('/sign-in', (request, reply) => chooseAccount(api, request, reply));
    pages.get('/sign-in/callback', (request, reply) => finishOpenId(api, request, reply, new Date()));
    pages.get<{ Params: { slug: string } }>('/sign-in/:slug', (request, reply) =>
      start(api, request, reply, new Date()),
    );
    pages.get<{ Params: { value: string } }>('/sign-in/link/:value', (request, reply) =>
      showSignInLink(api, request, reply, new Date()),
    );
    pages.post<{ Params: { value: string } }>('/sign-in/link/:value', (request, reply) =>
      pressSignInLink(api, request, reply, new Date()),
    );
    pages.post('/sign-out', (request, reply) => endSession(api, request, reply, new Date()));
  });
}

/** Begins a sign-in with the provider of the account that the address names. */
async function start(
  api: AdminApi,
  request: FastifyRequest<{ Params: { slug: string } }>,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const account = await findSignInAccount(api.db, request.params.slug);
  if (account === undefined) {
    return sendNotice(reply, 404, {
      title: 'No such account',
      paragraphs: ['No account goes by that name. Ask your administrator for it.'],
    });
  }
  const returnTo = returnPath(field(request.query, 'returnTo'), api.settings.publicAdminUrl);
  const loginHint = field(request.query, 'loginHint');
  switch (account.protocol) {
    case 'oidc':
      return startOpenId(api, reply, account, { returnTo, ...(loginHint !== '' && { loginHint }) }, now);
    case 'saml':
    case null:
      return sendNotice(reply, 409, {
        title: `${account.name} has no sign-on provider`,
        paragraphs: [
          'Nobody can sign in there yet. Its first administrator signs in with the link that the operator gave them, and connects the provider.',
        ],
      });
  }
}

function answerFailure(
  { logger }: AdminApi,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof OidcError) {
    const isOurs = error.fault === 'declined' || error.fault === 'not_believed';
    if (!isOurs) logger.warn({ err: error, requestId: request.id }, 'a provider could not be used');
    return sendNotice(reply, isOurs ? 400 : 502, {
      title: 'The sign-in failed',
      paragraphs: [error.message],
    });
  }
  if (error instanceof RefusedError) {
    return sendNotice(reply, 409, { title: 'The sign-in failed', paragraphs: [error.message] });
  }
  if (error instanceof BusyError || isDatabaseUnavailable(error)) {
    return sendNotice(reply, 503, {
      title: 'Try again in a moment',
      paragraphs: ['The service is busy. Nothing is wrong with your sign-in.'],
    });
  }
  const status = statusOf(error);
  if (status === undefined) logger.error({ err: error, requestId: request.id }, 'request failed');
  return sendNotice(reply, status ?? 500, {
    title: status === undefined ? 'Something went wrong' : 'This request cannot be read',
    paragraphs: [`If it happens again, name the request ${request.id} to the operator.`],
  });
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
