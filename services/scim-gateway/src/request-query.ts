import { invalidSyntax } from '@rollcall/scim-protocol/errors';
import type { QueryParameters } from '@rollcall/scim-protocol/list-query';

/**
 * The parameters of a request's URL. A repeated name has a list. Text that is not UTF-8, percent-encoded or bare, is
 * `invalidSyntax`: a reader that guessed would search for something else than was asked.
 */
export function readQuery(url: string): QueryParameters {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const query = new Map<string, string[]>();
  for (const part of utf8Text(url.slice(start + 1)).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decoded(part.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  // Every name becomes a key of its own: `__proto__` too.
  return Object.fromEntries(
    Array.from(query, ([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** Node hands a URL's bytes over as Latin-1; some clients send bare UTF-8 in it. */
function utf8Text(latin1: string): string {
  if (!/[\u0080-\u00FF]/.test(latin1)) return latin1;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw notUtf8();
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notUtf8();
  }
}

function notUtf8(): Error {
  return invalidSyntax('The query of the URL is not UTF-8 in percent-encoding; write a percent sign as %25.');
}
