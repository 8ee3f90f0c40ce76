import { findSession } from '@rollcall/domain/sso/find-session';
import { findSignInAccounts, type SignInAccount } from '@rollcall/domain/sso/find-sign-in-accounts';
import { escaped } from '@rollcall/service-kit/escape-html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { sendPage } from '../public-pages/send-page.ts';
import { signInPathOf } from './notices.ts';
import { returnPath, SIGN_IN_PATH } from './return-path.ts';
import { readSessionCookie } from './session-cookie.ts';

/** Who is signed in; otherwise the question which account it is. As a page, or as JSON for the web client. */
export async function showSignIn(
  { db, settings }: AdminApi,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  const cookie = readSessionCookie(request, settings);
  const signedIn = cookie === undefined ? undefined : await findSession(db, cookie, now);
  if (wantsJson(request)) {
    const shown = signedIn && { userName: signedIn.userName, expiresAt: signedIn.expiresAt.toISOString() };
    return reply.header('cache-control', 'no-store').send({ signedIn: shown ?? null });
  }
  if (signedIn === undefined) {
    return askForAccount(reply, 200, {
      returnTo: returnPath(field(request.query, 'returnTo'), settings),
    });
  }
  return sendPage(reply, 200, {
    title: 'You are signed in',
    body: `<p>As ${escaped(signedIn.userName)}.</p>${settings.webClient === undefined ? '' : '\n<p><a href="/">Go to your account</a></p>'}
<form method="post" action="/sign-out"><button>Sign out</button></form>`,
  });
}

/** Leads to the account that an address or a slug stands for; of several, the person chooses. */
export async function chooseAccount(
  { db, settings }: AdminApi,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const written = field(request.body, 'account');
  const returnTo = returnPath(field(request.body, 'returnTo'), settings);
  const accounts = await findSignInAccounts(db, written);
  const places = accounts.map((account) => ({ account, href: hrefOf(account, written, returnTo) }));
  if (wantsJson(request)) {
    return reply.send({
      accounts: places.map(({ account: { slug, name }, href }) => ({ slug, name, signInPath: href })),
    });
  }
  const [only, another] = places;
  if (only === undefined) {
    return askForAccount(reply, 404, { written, returnTo, fault: NOBODY });
  }
  if (another === undefined) return reply.redirect(only.href, 303);
  const items = places.map(
    ({ account: { name, slug }, href }) =>
      `<li><a href="${escaped(href)}">${escaped(name)}</a> (${escaped(slug)})</li>`,
  );
  return sendPage(reply, 200, { title: 'Which account?', body: `<ul>${items.join('\n')}</ul>` });
}

const NOBODY =
  'No account goes by that name, and none has verified the domain of that address. Ask your administrator for the name of the account.';

interface Question {
  written?: string;
  returnTo: string;
  fault?: string;
}

function askForAccount(reply: FastifyReply, status: number, question: Question): FastifyReply {
  const { written = '', returnTo, fault } = question;
  const described = fault === undefined ? '' : ' aria-invalid="true" aria-describedby="fault"';
  return sendPage(reply, status, {
    title: fault === undefined ? 'Sign in' : 'No such account',
    body: `${fault === undefined ? '' : `<p id="fault" role="alert">${escaped(fault)}</p>`}
<form method="post" action="${SIGN_IN_PATH}">
<input type="hidden" name="returnTo" value="${escaped(returnTo)}">
<label for="account">Your work e-mail address, or the name of the account</label>
<input id="account" name="account" value="${escaped(written)}" required autofocus autocomplete="username" autocapitalize="none" spellcheck="false"${described}>
<button>Continue</button>
</form>`,
  });
}

function hrefOf({ slug }: SignInAccount, written: string, returnTo: string): string {
  const parameters = new URLSearchParams();
  if (written.includes('@')) parameters.set('loginHint', written.trim());
  if (returnTo !== SIGN_IN_PATH) parameters.set('returnTo', returnTo);
  return parameters.size === 0 ? signInPathOf(slug) : `${signInPathOf(slug)}?${parameters.toString()}`;
}

function wantsJson({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('application/json') === true;
}

/** A text of a form, a query or a JSON body; empty where there is none. */
export function field(from: unknown, name: string): string {
  const value =
    typeof from === 'object' && from !== null ? new Map<string, unknown>(Object.entries(from)).get(name) : '';
  return typeof value === 'string' ? value : '';
}
