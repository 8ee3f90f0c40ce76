import type { FilterTarget, ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** True, false or null, which counts as false. Needs no brackets beside `and` and `or`. */
export type Condition = RawBuilder<SqlBool>;

export type Comparison = Extract<ResolvedFilter, { kind: 'compare' }>;

/** What a filter can ask about one attribute of a resource. */
export interface FilterAttribute {
  readonly compare: (comparison: Comparison) => Condition;
  /** RFC 7644 3.4.2.2 `pr`: the sub-attribute, or the attribute itself, has a value that is not empty. */
  readonly present: (sub: FilterTarget['sub']) => Condition;
  /** One entry satisfies the whole filter. */
  readonly valuePath: (filter: ResolvedFilter) => Condition;
}

/**
 * Turns a filter into a condition. Every value becomes a parameter, so the text depends on the filter's shape alone.
 * The rules of `ResolvedFilter` hold: `ne` is true of what is absent, `not` of whatever is not true.
 */
export function compileFilter(
  filter: ResolvedFilter,
  attributeOf: (target: FilterTarget) => FilterAttribute,
): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const children = filter.children.map((child) => compileFilter(child, attributeOf));
      return filter.kind === 'and' ? allOf(children) : anyOf(children);
    }
    case 'not':
      return not(compileFilter(filter.child, attributeOf));
    case 'compare':
      return attributeOf(filter.target).compare(filter);
    case 'present':
      return attributeOf(filter.target).present(filter.target.sub);
    case 'valuePath':
      return attributeOf(filter.target).valuePath(filter.filter);
  }
}

export function allOf(conditions: readonly Condition[]): Condition {
  return sql`(${sql.join(conditions, sql` and `)})`;
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return sql`(${sql.join(conditions, sql` or `)})`;
}

/** Not `not (…)`: of null that would be null, and the row would be lost. */
export function not(condition: Condition): Condition {
  return sql`((${condition}) is not true)`;
}
