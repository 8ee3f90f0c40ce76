import { ScimError } from '@rollcall/scim-protocol/errors';
import type { FastifyInstance } from 'fastify';

const NO_ME =
  'A token stands for the identity provider, not for a person, so there is no "me" (RFC 7644 3.11). Use /Users/{id}.';

const NOT_OFFERED: Readonly<Record<string, string>> = {
  '/Me': NO_ME,
  '/Me/*': NO_ME,
  '/me': NO_ME,
  '/me/*': NO_ME,
};

/** Parts of RFC 7644 that are optional and not offered: 501, whatever the method. */
export function refuseWhatIsNotOffered(app: FastifyInstance): void {
  for (const [url, detail] of Object.entries(NOT_OFFERED)) {
    app.route({
      method: [...app.supportedMethods],
      url,
      onRequest: async () => {
        throw new ScimError(501, undefined, detail);
      },
      handler: async () => undefined,
    });
  }
}
