import { z } from 'zod';

/** PUBLIC_ADMIN_URL: where people reach the web client, the sign-in and the links in mails. */
export const publicUrlSetting = z
  .url({ protocol: /^https?$/u, error: 'it must be an http or https URL' })
  .refine((text) => !/[?#]/u.test(text), 'it must end before any ? or #')
  .optional()
  .meta({
    description: 'where administrators reach the web client and the admin API',
    example: 'https://rollcall.example.com',
  });

/** Without a slash at its end. */
export function publicAdminUrl(settings: {
  PUBLIC_ADMIN_URL?: string | undefined;
  ADMIN_PORT: number;
}): string {
  const url = settings.PUBLIC_ADMIN_URL ?? `http://127.0.0.1:${settings.ADMIN_PORT}`;
  return url.replace(/\/+$/u, '');
}
