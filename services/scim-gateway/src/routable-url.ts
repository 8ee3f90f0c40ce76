/**
 * What the router is to look at. Of a URL in absolute form, which proxies are sent (RFC 9112 3.2.2), the path and query.
 *
 * A URL whose path is not UTF-8 in percent-encoding names nothing, and would leave the router before anyone had looked at
 * the token. Its percent signs are taken as they are: the request is then authenticated, not found, and recorded.
 */
export function routableUrl(target: string): string {
  const url = withoutAuthority(target);
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (!path.includes('%') || isDecodable(path)) return url;
  return path.replaceAll('%', '%25') + (end === -1 ? '' : url.slice(end));
}

function withoutAuthority(target: string): string {
  const authority = /^https?:\/\/[^/?#]*/i.exec(target)?.[0];
  if (authority === undefined) return target;
  const rest = target.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
