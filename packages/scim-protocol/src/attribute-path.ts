import { invalidPath } from './errors.ts';
import { isAttributeName } from './filter-tokens.ts';
import { parseFilter, printFilter, type FilterNode } from './filter.ts';
import type { Reading } from './reading.ts';

/** A PATCH path as written (RFC 7644 3.5.2); names are not yet looked up. */
export interface AttributePath {
  /** `[urn:]name[.sub]`, or a schema's bare URN. */
  readonly attribute: string;
  readonly filter: FilterNode | undefined;
  /** The sub-attribute after the filter's closing bracket. */
  readonly sub: string | undefined;
}

const MAX_LENGTH = 16_384;

/** Parses `attrPath / valuePath [subAttr]`; a path that cannot be read is `invalidPath`, a filter in it that cannot, `invalidFilter`. */
export function parseAttributePath(text: string, reading: Reading): AttributePath {
  if (text.length > MAX_LENGTH) {
    throw invalidPath(`The path has ${text.length} characters; at most ${MAX_LENGTH} are read.`);
  }
  const path = text.trim();
  const open = path.indexOf('[');
  const attribute = open === -1 ? path : path.slice(0, open);
  if (!isAttributeName(attribute)) throw unreadable(text);
  if (open === -1) return { attribute, filter: undefined, sub: undefined };

  // Quotes inside the filter may hold brackets; after the last bracket only a sub-attribute can follow.
  const close = path.lastIndexOf(']');
  if (close < open) throw unreadable(text);
  const rest = path.slice(close + 1);
  const sub = rest === '' ? undefined : rest.slice(1);
  if (sub !== undefined && (!rest.startsWith('.') || !isAttributeName(sub) || /[.:]/.test(sub))) {
    throw unreadable(text);
  }
  return { attribute, filter: parseFilter(path.slice(open + 1, close), reading), sub };
}

/** The path as text: parsing it again gives an equal path. */
export function printAttributePath(path: AttributePath): string {
  const filter = path.filter === undefined ? '' : `[${printFilter(path.filter)}]`;
  return `${path.attribute}${filter}${path.sub === undefined ? '' : `.${path.sub}`}`;
}

function unreadable(text: string): Error {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return invalidPath(
    `The path ${JSON.stringify(shown)} cannot be read. Write attribute, attribute.sub, attribute[filter] or attribute[filter].sub, with the schema's URN and ":" before an extension's attribute.`,
  );
}
