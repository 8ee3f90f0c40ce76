import type { AdminApiSettings } from '../config.ts';

export const SIGN_IN_PATH = '/sign-in';

type Origin = Pick<AdminApiSettings, 'publicAdminUrl' | 'webClient'>;

/** Where somebody goes who came to sign in without having been anywhere before: the web client, where it is served. */
export function homePath({ webClient }: Origin): string {
  return webClient === undefined ? SIGN_IN_PATH : '/';
}

/** A path of this very origin, or home: whoever signs in must not be led elsewhere by a link of a stranger. */
export function returnPath(wanted: unknown, settings: Origin): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return homePath(settings);
  const url = URL.parse(wanted, settings.publicAdminUrl);
  if (url === null || url.origin !== new URL(settings.publicAdminUrl).origin) return homePath(settings);
  return `${url.pathname}${url.search}${url.hash}`;
}
