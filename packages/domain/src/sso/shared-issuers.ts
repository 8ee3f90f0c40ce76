/** Hosts of Microsoft Entra ID, in all of its clouds. Their path begins with the tenant. */
const ENTRA_HOSTS = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.microsoftonline.de',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'login.microsoft.com',
  'login.windows.net',
  'login.live.com',
  'sts.windows.net',
  'sts.microsoftonline.com',
]);

/** Entra's tenant of all personal Microsoft accounts. */
const CONSUMERS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** One issuer for whoever has an account there. */
const PUBLIC_HOSTS = new Set([
  'accounts.google.com',
  'appleid.apple.com',
  'account.apple.com',
  'github.com',
  'gitlab.com',
  'login.salesforce.com',
  'login.yahoo.com',
  'slack.com',
  'www.facebook.com',
  'www.linkedin.com',
  'www.paypal.com',
]);

/**
 * Whether an issuer, or the entity id of a SAML provider, serves several tenants: somebody there who claims an address of
 * this account may be anyone. Entra's `common`, `organizations` and `consumers`, its template `{tenantid}`, and everything
 * else in the place of the tenant that does not name a single one.
 */
export function isSharedIssuer(issuer: string): boolean {
  const url = URL.parse(issuer);
  if (url === null) return false;
  const host = url.hostname.replace(/\.$/u, '');
  if (PUBLIC_HOSTS.has(host)) return true;
  if (!ENTRA_HOSTS.has(host)) return false;
  const tenant = decodedSegment(url.pathname.split('/').find((segment) => segment !== ''));
  return !namesOneTenant(tenant);
}

/** By its id or by one of its domains. */
function namesOneTenant(tenant: string): boolean {
  if (tenant === CONSUMERS_TENANT) return false;
  const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u.test(tenant);
  return isId || /^(?:[\da-z-]+\.)+[a-z][\da-z-]+$/u.test(tenant);
}

function decodedSegment(segment = ''): string {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return '';
  }
}
