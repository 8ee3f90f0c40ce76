import type { Actor } from '@rollcall/domain/actor';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import { BusyError, RefusedError } from '@rollcall/domain/errors';
import { recordRefusal } from '@rollcall/domain/events/record-refusal';
import { acceptInvitation } from '@rollcall/domain/invitations/accept-invitation';
import { confirmEmailChange } from '@rollcall/domain/invitations/confirm-email-change';
import { findLink, type FoundLink } from '@rollcall/domain/invitations/find-link';
import type { LinkPurpose } from '@rollcall/domain/invitations/link';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';
import { isOwnRequest } from '../own-request.ts';
import {
  afterAcceptance,
  afterConfirmation,
  ended,
  fromElsewhere,
  linkPage,
  noSeat,
  tryAgain,
  unknownLink,
} from './link-pages.ts';
import { sendPage } from './send-page.ts';

type LinkRequest = FastifyRequest<{ Params: { token: string } }>;

const MOST_FORM_BYTES = 1024;

/** Whoever presses a button behind a mailed link has proven nothing but that the mail reached them. */
const PRESSER: Actor = { kind: 'system', name: 'a link in a mail' };

/**
 * The pages behind links in mails. Scanners of mails follow every link, so looking at one changes nothing: only the button
 * does, and only on our own page.
 */
export async function serveMailedLinks(app: FastifyInstance, api: AdminApi): Promise<void> {
  await app.register(async (pages) => {
    // The button's form is empty; what somebody puts into it is not read.
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, _body, done) => done(null, {}),
    );
    pages.setErrorHandler((error, request, reply) => {
      if (!(error instanceof BusyError || isDatabaseUnavailable(error))) throw error;
      api.logger.warn({ err: error, requestId: request.id }, 'a mailed link could not be served');
      return sendPage(reply, 503, tryAgain());
    });
    pages.get('/accept/:token', (request: LinkRequest, reply) => show(api, 'invitation', request, reply));
    pages.post('/accept/:token', (request: LinkRequest, reply) => press(api, 'invitation', request, reply));
    pages.get('/confirm/:token', (request: LinkRequest, reply) =>
      show(api, 'email_confirmation', request, reply),
    );
    pages.post('/confirm/:token', (request: LinkRequest, reply) =>
      press(api, 'email_confirmation', request, reply),
    );
  });
}

async function show(
  { db }: AdminApi,
  purpose: LinkPurpose,
  { params }: LinkRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const link = await findLink(db, purpose, params.token, new Date());
  if (link === undefined) return sendPage(reply, 404, unknownLink());
  if (link.state !== 'open') return sendPage(reply, 410, ended(purpose, link, link.state));
  return sendPage(reply, 200, linkPage(purpose, link));
}

async function press(
  api: AdminApi,
  purpose: LinkPurpose,
  request: LinkRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!isOwnRequest(request, api.settings)) {
    return sendPage(reply, 403, fromElsewhere(api.settings.publicAdminUrl));
  }
  const now = new Date();
  const link = await findLink(api.db, purpose, request.params.token, now);
  if (link === undefined) return sendPage(reply, 404, unknownLink());
  try {
    await spend(api, purpose, link, now);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return sendRefusal(api, purpose, link, error, reply, now);
  }
  return sendPage(reply, 200, purpose === 'invitation' ? afterAcceptance(link) : afterConfirmation(link));
}

async function spend(
  { db }: AdminApi,
  purpose: LinkPurpose,
  { accountId, id }: FoundLink,
  now: Date,
): Promise<void> {
  await inTransaction(db, (trx) =>
    purpose === 'invitation'
      ? acceptInvitation(trx, PRESSER, accountId, id, now)
      : confirmEmailChange(trx, PRESSER, accountId, id, now),
  );
}

async function sendRefusal(
  { db }: AdminApi,
  purpose: LinkPurpose,
  link: FoundLink,
  { reason, facts, alert }: RefusedError,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  if (alert !== undefined) await recordRefusal(db, PRESSER, link.accountId, alert, now);
  if (reason !== 'no_invitation') return sendPage(reply, 409, noSeat(link));
  const { outcome } = facts;
  return sendPage(reply, 410, ended(purpose, link, typeof outcome === 'string' ? outcome : 'revoked'));
}
