import type { FastifyRequest } from 'fastify';

/** What a script sends in place of the Origin that browsers send: no page of another site can add it. */
export const OWN_REQUEST_HEADER = 'x-rollcall-csrf';

/**
 * Whether a request that a cookie lets in was meant by whom the cookie belongs to, and not sent by a page of another site, or of
 * another host of the same site, where the cookie goes along.
 */
export function isOwnRequest(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { publicAdminUrl }: { readonly publicAdminUrl: string },
): boolean {
  if (headers.origin !== undefined) return headers.origin === new URL(publicAdminUrl).origin;
  return headers[OWN_REQUEST_HEADER] !== undefined;
}

/**
 * The same for a link that downloads something: browsers send no Origin with it, but say where it was followed. A page of another site,
 * or of another host of the same site, could else make a browser fetch what it must not begin.
 */
export function isOwnDownload(
  request: Pick<FastifyRequest, 'headers'>,
  settings: { readonly publicAdminUrl: string },
): boolean {
  return request.headers['sec-fetch-site'] === 'same-origin' || isOwnRequest(request, settings);
}
