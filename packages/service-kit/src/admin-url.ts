import { z } from 'zod';
import { port } from './config.ts';

/** PUBLIC_ADMIN_URL: where people reach the web client, the sign-in and the links in mails. */
export const publicUrlSetting = z
  .url({ protocol: /^https?$/u, error: 'it must be an http or https URL' })
  .refine((text) => !/[?#]/u.test(text), 'it must end before any ? or #')
  .optional()
  .meta({
    description: 'where administrators reach the web client and the admin API',
    example: 'https://rollcall.example.com',
  });

/** The settings that decide where administrators reach the admin API; a part of each process's schema. */
export const adminAddressSettings = {
  ADMIN_PORT: port(4000).meta({ description: 'the port of the admin API', example: '4000' }),
  PUBLIC_ADMIN_URL: publicUrlSetting,
};

/** Without a slash at its end. */
export function publicAdminUrl(settings: {
  PUBLIC_ADMIN_URL?: string | undefined;
  ADMIN_PORT: number;
}): string {
  const url = settings.PUBLIC_ADMIN_URL ?? `http://127.0.0.1:${settings.ADMIN_PORT}`;
  return url.replace(/\/+$/u, '');
}

/** What is registered at every OpenID provider: the place to which it sends people back. */
export function signInCallbackUrl(publicUrl: string): string {
  return `${publicUrl}/sign-in/callback`;
}

/** The page behind a sign-in link. */
export function signInLinkUrl(publicUrl: string, value: string): string {
  return `${publicUrl}/sign-in/link/${value}`;
}
