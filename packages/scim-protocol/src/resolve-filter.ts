import { findSubAttribute, findTarget, type AttributeTarget } from './attribute-lookup.ts';
import { parseDateTime } from './date-time.ts';
import { invalidFilter } from './errors.ts';
import type { CompareOperator, FilterNode } from './filter.ts';
import type { Reading } from './reading.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';

/** What a comparison looks at: the leaves inside a value path name the entry's sub-attribute in `sub`. */
export type FilterTarget = AttributeTarget;

/**
 * A filter whose names and types are known. `ne` holds for an attribute that is not there, too. Of a multi-valued attribute any entry may
 * satisfy a comparison (for `ne`: any entry that differs, or no entry); in a `valuePath` one entry must satisfy the whole filter.
 */
export type ResolvedFilter =
  | { readonly kind: 'and' | 'or'; readonly children: readonly ResolvedFilter[] }
  | { readonly kind: 'not'; readonly child: ResolvedFilter }
  | {
      readonly kind: 'compare';
      readonly target: FilterTarget;
      readonly op: CompareOperator;
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly target: FilterTarget }
  | { readonly kind: 'valuePath'; readonly target: FilterTarget; readonly filter: ResolvedFilter };

export type FilterValue =
  | { readonly type: 'string'; readonly value: string; readonly caseExact: boolean }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: number }
  /** UTC, in the fixed width that `parseDateTime` describes: comparing the texts compares the instants. `written` is the client's own spelling. */
  | { readonly type: 'dateTime'; readonly value: string; readonly written: string };

/** Looks up every name of a filter and checks every literal; what cannot be answered is `invalidFilter`, never an empty result. */
export function resolveFilter(
  node: FilterNode,
  resourceType: ResourceType,
  reading: Reading,
): ResolvedFilter {
  return resolveNode(node, (name) => lookUp(resourceType, name), reading);
}

/** Resolves the filter between a value path's brackets, whose names are the sub-attributes of `parent`. */
export function resolveEntryFilter(
  node: FilterNode,
  parent: AttributeTarget,
  reading: Reading,
): ResolvedFilter {
  return resolveNode(node, (name) => lookUpSub(parent, name), reading);
}

type LookUp = (name: string) => FilterTarget;

function resolveNode(node: FilterNode, lookUpName: LookUp, reading: Reading): ResolvedFilter {
  switch (node.kind) {
    case 'and':
    case 'or':
      return {
        kind: node.kind,
        children: node.children.map((child) => resolveNode(child, lookUpName, reading)),
      };
    case 'not':
      return { kind: 'not', child: resolveNode(node.child, lookUpName, reading) };
    case 'present':
      return { kind: 'present', target: lookUpName(node.attribute) };
    case 'valuePath':
      return resolveValuePath(node.attribute, node.filter, lookUpName, reading);
    case 'compare':
      return resolveComparison(node, lookUpName(node.attribute), reading);
  }
}

function resolveValuePath(
  name: string,
  filter: FilterNode,
  lookUpName: LookUp,
  reading: Reading,
): ResolvedFilter {
  const target = lookUpName(name);
  if (target.sub !== undefined || target.attribute.type !== 'complex') {
    throw invalidFilter(`"${name}" has no sub-attributes, so no filter in brackets can follow it.`);
  }
  return { kind: 'valuePath', target, filter: resolveEntryFilter(filter, target, reading) };
}

function resolveComparison(
  node: Extract<FilterNode, { kind: 'compare' }>,
  named: FilterTarget,
  reading: Reading,
): ResolvedFilter {
  const target = withDefaultSub(named, node.attribute);
  if (target !== named && !target.attribute.multiValued) {
    reading.leniency(
      'complex-as-value',
      `Read the comparison of ${target.attribute.name} as one of its "value"`,
      'invalidFilter',
    );
  }
  const definition = target.sub ?? target.attribute;
  if (node.value === null) return resolveNull(node.op, target, node.attribute);

  const value = readLiteral(definition, node.value, node.attribute, reading);
  const isText = value.type === 'string' && definition.type !== 'binary';
  if (!isText && (node.op === 'co' || node.op === 'sw' || node.op === 'ew')) {
    throw invalidFilter(`"${node.op}" compares text, and "${node.attribute}" is no text.`);
  }
  const isOrdered = value.type !== 'boolean' && definition.type !== 'binary';
  if (!isOrdered && (node.op === 'gt' || node.op === 'ge' || node.op === 'lt' || node.op === 'le')) {
    // RFC 7644 3.4.2.2, table 3: boolean and binary values have no order.
    throw invalidFilter(`"${node.op}" needs values with an order, and "${node.attribute}" has none.`);
  }
  return { kind: 'compare', target, op: node.op, value };
}

/** RFC 7643 2.5: null is the same state as "not there". */
function resolveNull(op: CompareOperator, target: FilterTarget, name: string): ResolvedFilter {
  const present: ResolvedFilter = { kind: 'present', target };
  if (op === 'eq') return { kind: 'not', child: present };
  if (op === 'ne') return present;
  throw invalidFilter(`"${name} ${op} null" compares nothing; use "pr", "eq null" or "ne null".`);
}

/** RFC 7644 3.4.2.2: a complex attribute named without a sub-attribute stands for its `value`. */
function withDefaultSub(target: FilterTarget, name: string): FilterTarget {
  if (target.sub !== undefined || target.attribute.type !== 'complex') return target;
  const sub = findSubAttribute(target.attribute, 'value');
  if (sub === undefined) {
    throw invalidFilter(`"${name}" cannot be compared as a whole; name one of its sub-attributes.`);
  }
  return { ...target, sub };
}

function readLiteral(
  definition: AttributeDefinition,
  literal: string | number | boolean,
  name: string,
  reading: Reading,
): FilterValue {
  switch (definition.type) {
    case 'boolean':
      return { type: 'boolean', value: readBoolean(literal, name, reading) };
    case 'integer':
    case 'decimal':
      if (typeof literal !== 'number') throw wrongLiteral(name, 'a number, without quotes');
      return { type: 'number', value: literal };
    case 'dateTime': {
      const written = typeof literal === 'string' ? literal : '';
      const value = parseDateTime(written);
      if (value === undefined) throw wrongLiteral(name, 'a date such as "2026-01-31T08:00:00Z"');
      return { type: 'dateTime', value, written };
    }
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      if (typeof literal !== 'string') throw wrongLiteral(name, 'text in double quotes');
      return { type: 'string', value: literal, caseExact: definition.caseExact };
  }
}

function readBoolean(literal: string | number | boolean, name: string, reading: Reading): boolean {
  if (typeof literal === 'boolean') return literal;
  const text = typeof literal === 'string' ? literal.toLowerCase() : '';
  if (text !== 'true' && text !== 'false') throw wrongLiteral(name, 'true or false');
  reading.leniency(
    'boolean-as-text',
    `Read the text that the filter compares with ${name} as a boolean`,
    'invalidFilter',
  );
  return text === 'true';
}

function wrongLiteral(name: string, expected: string): Error {
  return invalidFilter(`"${name}" is compared with a value of the wrong type; it needs ${expected}.`);
}

function lookUp(resourceType: ResourceType, name: string): FilterTarget {
  const target = findTarget(resourceType, name);
  // RFC 7643 7: what is never returned must not be found out by filtering either.
  if (target === undefined || target.attribute.returned === 'never') {
    throw invalidFilter(`${resourceType.name} has no attribute "${name}" that a filter can name.`);
  }
  return target;
}

function lookUpSub(parent: AttributeTarget, name: string): FilterTarget {
  const sub = findSubAttribute(parent.attribute, name);
  if (sub === undefined) {
    throw invalidFilter(`"${parent.attribute.name}" has no sub-attribute "${name}".`);
  }
  return { ...parent, sub };
}
