/** A request's path without what is the same in all of the account, as a person reads it. */
export function requestPath(path: string): string {
  const short = path.replace(/^\/scim\/v2\/[^/?]+(?=\/)/u, '');
  try {
    return decodeURIComponent(short.replaceAll('+', ' '));
  } catch {
    return short;
  }
}
