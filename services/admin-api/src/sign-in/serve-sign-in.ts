import { findSignInAccount } from '@rollcall/domain/sso/find-sign-in-accounts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { isOwnRequest } from '../own-request.ts';
import { answerFailure } from './answer-failure.ts';
import { chooseAccount, field, showSignIn } from './choose-account.ts';
import { sendNotice } from './notices.ts';
import { finishOpenId, startOpenId } from './openid.ts';
import { returnPath } from './return-path.ts';
import { MOST_SAML_FORM_BYTES, serveSaml } from './saml/serve-saml.ts';
import { startSaml } from './saml/saml.ts';
import { pressSignInLink, showSignInLink } from './sign-in-link.ts';
import { endSession } from './sign-out.ts';

const MOST_FORM_BYTES = 16 * 1024;

/** The pages of sign-in, which need no script. Apart from the rest of the API, which takes no forms. */
export async function serveSignIn(app: FastifyInstance, api: AdminApi): Promise<void> {
  await app.register(async (pages) => {
    takeForms(pages, api, MOST_FORM_BYTES);
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
  await app.register(
    async (pages) => {
      takeForms(pages, api, MOST_SAML_FORM_BYTES);
      serveSaml(pages, api);
    },
    { prefix: '/sign-in/saml' },
  );
}

function takeForms(pages: FastifyInstance, api: AdminApi, bodyLimit: number): void {
  pages.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  pages.setErrorHandler((error, request, reply) => answerFailure(api, error, request, reply));
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
  const returnTo = returnPath(field(request.query, 'returnTo'), api.settings);
  const loginHint = field(request.query, 'loginHint');
  switch (account.protocol) {
    case 'oidc':
      return startOpenId(api, reply, account, { returnTo, ...(loginHint !== '' && { loginHint }) }, now);
    case 'saml':
      return startSaml(api, reply, account, returnTo, now);
    case null:
      return sendNotice(reply, 409, {
        title: `${account.name} has no sign-on provider`,
        paragraphs: [
          'Nobody can sign in there yet. Its first administrator signs in with the link that the operator gave them, and connects the provider.',
        ],
      });
  }
}
