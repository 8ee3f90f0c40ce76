/** Where somebody goes who came to sign in without having been anywhere before. */
export const SIGN_IN_PATH = '/sign-in';

/** A path of this very origin, or the page of sign-in: whoever signs in must not be led elsewhere by a link of a stranger. */
export function returnPath(wanted: unknown, publicAdminUrl: string): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return SIGN_IN_PATH;
  const url = URL.parse(wanted, publicAdminUrl);
  if (url === null || url.origin !== new URL(publicAdminUrl).origin) return SIGN_IN_PATH;
  return `${url.pathname}${url.search}${url.hash}`;
}
