import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { type Condition, type FilterAttribute, compileFilter, not } from './compile-filter.ts';
import { type Operand, compareOperand } from './operands.ts';

/** The operand of an entry's sub-attribute; without one, of the entry as a whole. */
export type SubOperands = (sub: FilterTarget['sub']) => Operand;

/** The entries of a multi-valued attribute as rows. */
export interface Entries {
  /** `(select … from the entries where …)`: the condition may use the operands. */
  readonly select: (what: RawBuilder<unknown>, where: Condition) => RawBuilder<unknown>;
  readonly operandOf: SubOperands;
}

/** A simple attribute. */
export function singleAttribute(operand: Operand): FilterAttribute {
  return {
    compare: ({ op, value }) => compareOperand(operand, op, value),
    present: () => operand.present,
    // Only complex attributes have entries (RFC 7644 3.4.2.2); no resolved filter asks for one.
    valuePath: () => sql`false`,
  };
}

/** A complex attribute that every resource has, such as `meta`. */
export function complexAttribute(operandOf: SubOperands): FilterAttribute {
  return {
    compare: ({ op, target, value }) => compareOperand(operandOf(target.sub), op, value),
    present: (sub) => operandOf(sub).present,
    valuePath: (filter) => compileFilter(filter, ({ sub }) => singleAttribute(operandOf(sub))),
  };
}

/** Any entry may satisfy a comparison; `ne` also holds when no entry has a value. */
export function multiValuedAttribute(entries: Entries): FilterAttribute {
  const some = (condition: Condition): Condition => sql`exists ${entries.select(sql`1`, condition)}`;
  return {
    compare({ op, target, value }) {
      const operand = entries.operandOf(target.sub);
      if (op !== 'ne') return some(operand.compare(op, value));
      const differs = sql`bool_or(${not(operand.compare('eq', value))})`;
      return sql`coalesce(${entries.select(differs, operand.exists)}, true)`;
    },
    present: (sub) => some(entries.operandOf(sub).present),
    valuePath: (filter) => some(compileFilter(filter, ({ sub }) => singleAttribute(entries.operandOf(sub)))),
  };
}
