import type { FilterTarget, ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { multiValuedAttribute } from './attributes.ts';
import { type Condition, type FilterAttribute, allOf } from './compile-filter.ts';
import { jsonAttribute, jsonEntries } from './json-attribute.ts';

/**
 * A user's `emails`. A lookup of an address also finds the user for whom it is pending, as a further work e-mail; and one
 * by `eq` goes through the index on `email_keys`.
 */
export function emailsAttribute(alias: string, target: FilterTarget): FilterAttribute {
  const shown = jsonAttribute(sql.ref(`${alias}.attributes`), target);
  const withPending = multiValuedAttribute(jsonEntries(shownAndPending(alias)));
  const attributeFor = (filter: ResolvedFilter) => (isLookup(filter) ? withPending : shown);
  return {
    compare: (comparison) => throughIndex(alias, comparison, attributeFor(comparison).compare(comparison)),
    present: shown.present,
    valuePath: (filter) => throughIndex(alias, filter, attributeFor(filter).valuePath(filter)),
  };
}

function shownAndPending(alias: string): RawBuilder<unknown> {
  const pending = sql.ref(`${alias}.pending_user_name`);
  return sql`coalesce(${sql.ref(`${alias}.attributes`)} -> 'emails', '[]') || case when ${pending} is null
    then '[]' else jsonb_build_array(jsonb_build_object('type', 'work', 'value', ${pending})) end`;
}

/** Whether only an entry whose address was looked for can satisfy the filter. */
function isLookup(filter: ResolvedFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.children.some(isLookup);
    case 'or':
      return filter.children.every(isLookup);
    case 'compare':
      return filter.target.sub?.name === 'value' && LOOKUPS.has(filter.op);
    case 'not':
    case 'present':
    case 'valuePath':
      return false;
  }
}

const LOOKUPS: ReadonlySet<string> = new Set(['eq', 'co', 'sw', 'ew']);

function throughIndex(alias: string, filter: ResolvedFilter, condition: Condition): Condition {
  const addresses = soughtAddresses(filter);
  if (addresses === undefined) return condition;
  const keys = sql.join(addresses.map((address) => sql`lower(${address})`));
  return allOf([sql`${sql.ref(`${alias}.email_keys`)} && array[${keys}]`, condition]);
}

/** Addresses of which an entry must equal one to satisfy the filter; undefined where it need not. */
function soughtAddresses(filter: ResolvedFilter): readonly string[] | undefined {
  switch (filter.kind) {
    case 'and':
      return filter.children.map(soughtAddresses).find((addresses) => addresses !== undefined);
    case 'or': {
      const all = filter.children.map(soughtAddresses);
      return all.every((addresses) => addresses !== undefined) ? all.flat() : undefined;
    }
    case 'compare': {
      const { op, target, value } = filter;
      return op === 'eq' && target.sub?.name === 'value' && value.type === 'string'
        ? [value.value]
        : undefined;
    }
    case 'not':
    case 'present':
    case 'valuePath':
      return undefined;
  }
}
