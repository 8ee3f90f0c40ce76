/**
 * A URL whose path is not UTF-8 in percent-encoding names nothing, and would leave the router before anyone had looked at
 * the token. Its percent signs are taken as they are: the request is then authenticated, not found, and recorded.
 */
export function routableUrl(url: string): string {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (!path.includes('%') || isDecodable(path)) return url;
  return path.replaceAll('%', '%25') + (end === -1 ? '' : url.slice(end));
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
