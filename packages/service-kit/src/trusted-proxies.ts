import { isIP } from 'node:net';
import { z } from 'zod';

const FAULT =
  'it must be addresses of proxies, each an IP address or a range such as 10.0.0.0/8, with commas between';

/**
 * TRUSTED_PROXIES: whose X-Forwarded-For is believed; a part of each process's schema. Of the addresses in that header, and the peer's
 * own, the client's is the last one that is none of these: what stands before it, anybody can have written.
 */
export const trustedProxiesSetting = z
  .string()
  .transform((text) => text.split(',').map((proxy) => proxy.trim()))
  .refine((proxies) => proxies.every(isRange), FAULT)
  .default([])
  .meta({
    description: 'the proxies in front that tell which address a request came from',
    example: '10.0.0.0/8,2001:db8::/32',
  });

interface ForwardedRequest {
  /** Found anew by the headers whenever it is read, as Fastify does. */
  readonly ip: string;
  readonly raw: { readonly headers: NodeJS.Dict<string | string[]> };
}

/**
 * What a proxy that passes on whatever it was sent makes the client's address may be any text, of any length. It is left out
 * then: the request comes from the proxy, as far as anybody knows.
 */
export function leaveOutUnreadableAddress(request: ForwardedRequest): void {
  if (isIP(request.ip) === 0) delete request.raw.headers['x-forwarded-for'];
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  // A zone is of one machine's interfaces, and a prefix of nothing trusts everybody.
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^[1-9]\d{0,2}$/u.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
