import { lookup as lookUp } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { CustomFetch } from 'openid-client';
import { OidcError } from './oidc-error.ts';

/** Which providers may be spoken to. An installation decides; an account's administrator names the address. */
export type ProviderReach =
  /** https at addresses of the internet: what stands beside this server is none of an account's business. */
  | 'public'
  /** https anywhere, for providers in the installation's own network. */
  | 'private'
  /** http too: for development and tests. */
  | 'insecure';

const MOST_BYTES = 1_000_000;
const NO_BODY = new Set([204, 205, 304]);

/**
 * `fetch` as openid-client needs it, that keeps within the reach at the moment of connecting, whatever a name resolves to by
 * then; follows no redirection; and reads no more than a provider has to say.
 */
export function providerFetch(reach: ProviderReach): CustomFetch {
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    if (reach === 'public' && isIP(bareHost(url)) !== 0) assertPublic(bareHost(url));
    const text = body === null || body === undefined ? undefined : await new Response(body).text();
    const options = {
      method,
      headers,
      ...(signal !== undefined && { signal }),
      ...(reach === 'public' && { lookup: lookUpPublic }),
    };
    try {
      return await readAnswer(await send(url, options, text, reach));
    } catch (error) {
      // openid-client tells a timeout by the signal's reason, as fetch throws it.
      throw signal?.aborted === true ? signal.reason : error;
    }
  };
}

function send(
  url: URL,
  options: http.RequestOptions,
  text: string | undefined,
  reach: ProviderReach,
): Promise<http.IncomingMessage> {
  const request = url.protocol === 'http:' && reach === 'insecure' ? http.request : https.request;
  return new Promise((done, fail) => {
    const sent = request(url, options, done);
    sent.on('error', fail);
    sent.end(text);
  });
}

const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    try {
      for (const { address } of addresses) assertPublic(address);
    } catch (refusal) {
      return callback(refusal instanceof Error ? refusal : new Error(String(refusal)), '');
    }
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family);
  });
};

function assertPublic(address: string): void {
  if (ipaddr.process(address).range() === 'unicast') return;
  throw new OidcError(
    'misconfigured',
    'The provider is at an address that is not of the internet. The operator can let accounts use providers of the own network with SSO_PROVIDERS=private.',
  );
}

/** An IPv6 address without its brackets. */
function bareHost({ hostname }: URL): string {
  return hostname.replaceAll(/^\[|\]$/gu, '');
}

async function readAnswer(response: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const parts: AsyncIterable<Buffer> = response;
  for await (const part of parts) {
    bytes += part.length;
    if (bytes > MOST_BYTES) {
      response.destroy();
      throw new OidcError('unreachable', 'The provider answers with more than can be meant.');
    }
    chunks.push(part);
  }
  const status = response.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return new Response(NO_BODY.has(status) ? null : Buffer.concat(chunks), { status, headers });
}
