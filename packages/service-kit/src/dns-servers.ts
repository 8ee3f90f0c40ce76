import { isIP } from 'node:net';
import { z } from 'zod';

const FAULT =
  'it must be addresses of name servers, each an IP address, with or without a port, with commas between';

/** DNS_SERVERS: where TXT records are looked for; a part of each process's schema. */
export const dnsServersSetting = z
  .string()
  .transform((text) => text.split(',').map((server) => server.trim()))
  .refine((servers) => servers.every(isNameServer), FAULT)
  .default([])
  .meta({
    description: 'the name servers that are asked for the records that prove domains',
    example: '9.9.9.9,127.0.0.1:5353',
  });

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`. */
function isNameServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const { host, port } = /^\[?(?<host>[^\]]+?)\]?:(?<port>\d{1,5})$/u.exec(text)?.groups ?? {};
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) return false;
  return text.startsWith('[') ? isIP(host) === 6 : isIP(host) === 4;
}
