import { z } from 'zod';
import { port } from './config.ts';

const DEFAULT_PORT = 4001;

/** The settings that decide where identity providers reach the SCIM gateway; a part of each process's schema. */
export const scimAddressSettings = {
  SCIM_PORT: port(DEFAULT_PORT).meta({ description: 'the port of the SCIM gateway', example: '4001' }),
  PUBLIC_SCIM_URL: z
    .url({ protocol: /^https?$/u, error: 'it must be an http or https URL' })
    .refine((text) => !/[?#]/u.test(text), 'it must end before any ? or #')
    .optional()
    .meta({
      description: 'where identity providers reach the SCIM gateway',
      example: 'https://scim.example.com',
    }),
};

/** Without a slash at its end. */
export function publicScimUrl(settings: { PUBLIC_SCIM_URL?: string | undefined; SCIM_PORT: number }): string {
  const url = settings.PUBLIC_SCIM_URL ?? `http://127.0.0.1:${settings.SCIM_PORT}`;
  return url.replace(/\/+$/u, '');
}

/** The URL that an administrator pastes into the identity provider. */
export function scimBaseUrl(publicUrl: string, accountId: string): string {
  return `${publicUrl}/scim/v2/${accountId}`;
}
