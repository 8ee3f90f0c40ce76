import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { type Entries, complexAttribute, multiValuedAttribute } from './attributes.ts';
import { type FilterAttribute, allOf } from './compile-filter.ts';
import { instantText } from './instant-text.ts';
import { type Operand, compareOrdered, textOperand } from './operands.ts';

/**
 * An attribute that is kept as JSON: `attributes` has it under its canonical name, those of an extension in an object
 * under the extension's URN.
 */
export function jsonAttribute(attributes: RawBuilder<unknown>, target: FilterTarget): FilterAttribute {
  const { name, multiValued } = target.attribute;
  const path = target.isExtension ? [target.schema, name] : [name];
  const list = multiValuedAttribute(jsonEntries(sql`${attributes} #> ${path}::text[]`));
  if (multiValued) return list;
  const single = complexAttribute((sub) =>
    jsonOperand(attributes, sub === undefined ? path : [...path, sub.name]),
  );
  return { ...single, valuePath: list.valuePath };
}

/** The entries of a JSON list. What is no list counts as its only entry. */
export function jsonEntries(list: RawBuilder<unknown>): Entries {
  return {
    select: (what, where) =>
      sql`(select ${what} from jsonb_path_query(${list}, '$[*]') as entry(value) where ${where})`,
    operandOf: (sub) => jsonOperand(sql`entry.value`, sub === undefined ? [] : [sub.name]),
  };
}

function jsonOperand(container: RawBuilder<unknown>, path: readonly string[]): Operand {
  const json = sql`(${container} #> ${path}::text[])`;
  const text = sql<string | null>`(${container} #>> ${path}::text[])`;
  return {
    compare(op, value) {
      switch (value.type) {
        case 'string':
          return textOperand({ text }).compare(op, value);
        case 'boolean':
          return compareOrdered(json, op, sql`to_jsonb(${value.value}::boolean)`);
        case 'number':
          return allOf([
            sql`jsonb_typeof(${json}) = 'number'`,
            compareOrdered(json, op, sql`to_jsonb(${value.value}::numeric)`),
          ]);
        case 'dateTime':
          return compareOrdered(sql`${instantText(text)} collate "C"`, op, sql`${value.value}`);
      }
    },
    exists: sql`${text} is not null`,
    // Null, "" and objects and lists of nothing else are empty.
    present: sql`jsonb_path_exists(${json}, ${sql.lit(NOT_EMPTY)})`,
  };
}

const NOT_EMPTY = '$.** ? (@.type() == "boolean" || @.type() == "number" || @.type() == "string" && @ != "")';
