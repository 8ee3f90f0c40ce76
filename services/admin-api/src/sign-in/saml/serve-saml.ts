import { isId } from '@rollcall/domain/ids';
import { serviceMetadata } from '@rollcall/saml-protocol/service-metadata';
import { MOST_RESPONSE_CHARACTERS } from '@rollcall/saml-protocol/verify-response';
import { samlService } from '@rollcall/service-kit/saml-service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AdminApi } from '../../build-server.ts';
import { sendNotice, sendUnfinishable } from '../notices.ts';
import { type AccountRequest, finishSaml } from './saml.ts';

/** In percent-encoding base64 becomes a little longer. */
export const MOST_SAML_FORM_BYTES = Math.ceil(MOST_RESPONSE_CHARACTERS * 1.25);

/**
 * What a SAML provider has to do with: our metadata, and the place to which its page posts. That post comes from another site by
 * its nature; what proves that it is meant is the request id in it, which only this browser's attempt knows.
 */
export function serveSaml(pages: FastifyInstance, api: AdminApi): void {
  pages.get('/:accountId/metadata', (request: AccountRequest, reply) => sendMetadata(api, request, reply));
  pages.post('/:accountId/acs', (request: AccountRequest, reply) =>
    finishSaml(api, request, reply, new Date()),
  );
  // Whoever reloads the page, or comes back to it.
  pages.get('/:accountId/acs', (_request, reply) => sendUnfinishable(reply));
}

/** The same for every account that could be: it tells nothing of which there are. */
function sendMetadata({ settings }: AdminApi, { params }: AccountRequest, reply: FastifyReply): FastifyReply {
  if (!isId(params.accountId)) {
    return sendNotice(reply, 404, {
      title: 'There is nothing here',
      paragraphs: ['The address of the metadata has the id of an account in it.'],
    });
  }
  return reply
    .type('application/samlmetadata+xml; charset=utf-8')
    .header('content-disposition', 'inline; filename="rollcall-metadata.xml"')
    .send(serviceMetadata(samlService(settings.publicAdminUrl, params.accountId)));
}
