import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { instantText } from '../filters/instant-text.ts';
import { computedKey, constantKey, type SortKey, textKey } from './sort-key.ts';

/**
 * An attribute that is kept as JSON, as its definition compares it. Of a multi-valued one the primary entry counts, else
 * the first (RFC 7644 3.4.2.3).
 */
export function jsonKey(attributes: RawBuilder<unknown>, target: FilterTarget): SortKey {
  const { schema, isExtension, attribute, sub } = target;
  const path = isExtension ? [schema, attribute.name] : [attribute.name];
  if (!attribute.multiValued) {
    return valueKey(attributes, sub === undefined ? path : [...path, sub.name], sub ?? attribute);
  }
  const list = sql`(${attributes} #> ${path}::text[])`;
  const entry = sql`coalesce(
    jsonb_path_query_first(${list}, '$[*] ? (@.primary == true)'), jsonb_path_query_first(${list}, '$[*]'))`;
  return valueKey(entry, sub === undefined ? [] : [sub.name], sub ?? attribute);
}

function valueKey(
  container: RawBuilder<unknown>,
  path: readonly string[],
  { type, caseExact }: FilterTarget['attribute'],
): SortKey {
  const json = sql`(${container} #> ${path}::text[])`;
  const text = sql<string | null>`(${container} #>> ${path}::text[])`;
  switch (type) {
    // What is stored as another type has no value of this one: a cast would fail.
    case 'boolean':
      return computedKey('boolean', sql`case jsonb_typeof(${json}) when 'boolean' then ${json}::boolean end`);
    case 'integer':
    case 'decimal':
      return computedKey('numeric', sql`case jsonb_typeof(${json}) when 'number' then ${json}::numeric end`);
    case 'dateTime':
      return computedKey('text', sql`${instantText(text)} collate "C"`);
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return textKey(text, caseExact);
  }
}

/** `meta` of a user or a group: of `meta` and `schemas` every resource has all but what its type decides alone. */
export function metaKey(
  resource: 'User' | 'Group',
  scimBaseUrl: string,
  alias: string,
  sub: FilterTarget['sub'],
): SortKey {
  switch (sub?.name) {
    case 'created':
      return computedKey('timestamptz', sql.ref(`${alias}.created_at`), false);
    case 'lastModified':
      return computedKey('timestamptz', sql.ref(`${alias}.updated_at`), false);
    case 'location':
      return textKey(sql`(${`${scimBaseUrl}/${resource}s/`}::text || ${sql.ref(`${alias}.id`)}::text)`, true);
    case 'version':
      return textKey(sql`('W/"' || ${sql.ref(`${alias}.version`)} || '"')`, true);
    case undefined:
    default:
      return constantKey(resource);
  }
}
