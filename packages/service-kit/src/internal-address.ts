import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { SettingsError } from './config.ts';

/** Where services of one installation speak to each other: a Unix socket, or a port that strangers should not reach. */
export type InternalAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

/** The entry for replays of recorded requests: never the port that identity providers call. */
export interface InternalEntry {
  readonly address: InternalAddress;
  /** What both sides know, where others can reach the address. */
  readonly secret: string | undefined;
}

/** Fields of a process's settings. The gateway listens there; the admin API calls it there. */
export const internalEntrySettings = {
  SCIM_INTERNAL_ADDRESS: z.string().optional().meta({
    description:
      'where the SCIM gateway replays recorded requests for the admin API: a Unix socket, or host and port',
    example: '127.0.0.1:4011',
  }),
  ROLLCALL_INTERNAL_SECRET: z.string().min(32, 'it must have 32 characters or more').optional().meta({
    description: 'what the services of one installation know each other by',
    example: 'the output of `openssl rand -base64 32`',
    secret: true,
  }),
};

/** The entry, or undefined where there is none. Throws SettingsError for an address that is none, or is open to others without a secret. */
export function internalEntry(read: {
  SCIM_INTERNAL_ADDRESS?: string | undefined;
  ROLLCALL_INTERNAL_SECRET?: string | undefined;
}): InternalEntry | undefined {
  const { SCIM_INTERNAL_ADDRESS: text, ROLLCALL_INTERNAL_SECRET: secret } = read;
  if (text === undefined) return undefined;
  const address = addressIn(text);
  if (address === undefined) {
    throw new SettingsError(
      `SCIM_INTERNAL_ADDRESS is "${text}": it must be the path of a Unix socket, or host and port. Set it for example to SCIM_INTERNAL_ADDRESS=127.0.0.1:4011.`,
    );
  }
  if (secret === undefined && !isOfThisMachine(address)) {
    throw new SettingsError(
      `SCIM_INTERNAL_ADDRESS is "${text}", which other machines can reach: set ROLLCALL_INTERNAL_SECRET to the same value for the gateway and the admin API, for example to the output of \`openssl rand -base64 32\`.`,
    );
  }
  return { address, secret };
}

function addressIn(text: string): InternalAddress | undefined {
  if (isAbsolute(text)) return { socketPath: text };
  const [, host, port] = /^(?:\[?([^\s[\]/]+)\]?):(\d{1,5})$/u.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host, port: Number(port) };
}

function isOfThisMachine(address: InternalAddress): boolean {
  if ('socketPath' in address) return true;
  return address.host === 'localhost' || address.host === '::1' || /^127\.\d+\.\d+\.\d+$/u.test(address.host);
}
