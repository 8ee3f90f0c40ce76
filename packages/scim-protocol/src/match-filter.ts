import { parseDateTime } from './date-time.ts';
import type { CompareOperator } from './filter.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import type { FilterTarget, FilterValue, ResolvedFilter } from './resolve-filter.ts';

/** Whether a resource in canonical spelling satisfies a filter, by the rules that `ResolvedFilter` states. */
export function matchesFilter(resource: JsonObject, filter: ResolvedFilter): boolean {
  return matches(filter, {
    valuesAt: (target) => valuesOfResource(resource, target),
    entriesAt: (target) => entriesOf(attributeOf(resource, target)),
  });
}

/** Whether one entry of a multi-valued attribute satisfies the filter between a value path's brackets. */
export function matchesEntry(entry: JsonObject, filter: ResolvedFilter): boolean {
  return matches(filter, {
    valuesAt: ({ sub }) => (sub === undefined ? [entry] : listed(ownValue(entry, sub.name))),
    entriesAt: () => [],
  });
}

/** How many comparisons it takes at the most to match one entry. */
export function comparisonsIn(filter: ResolvedFilter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.children.reduce((sum, child) => sum + comparisonsIn(child), 0);
    case 'not':
      return comparisonsIn(filter.child);
    case 'valuePath':
      return comparisonsIn(filter.filter);
    case 'compare':
    case 'present':
      return 1;
  }
}

interface Subject {
  valuesAt(target: FilterTarget): readonly JsonValue[];
  entriesAt(target: FilterTarget): readonly JsonObject[];
}

function matches(filter: ResolvedFilter, subject: Subject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.children.every((child) => matches(child, subject));
    case 'or':
      return filter.children.some((child) => matches(child, subject));
    case 'not':
      return !matches(filter.child, subject);
    case 'present':
      return subject.valuesAt(filter.target).some(isPresent);
    case 'valuePath':
      return subject.entriesAt(filter.target).some((entry) => matchesEntry(entry, filter.filter));
    case 'compare': {
      const values = subject.valuesAt(filter.target);
      if (filter.op === 'ne' && values.length === 0) return true;
      return values.some((value) => compares(value, filter.op, filter.value));
    }
  }
}

function compares(actual: JsonValue, op: CompareOperator, expected: FilterValue): boolean {
  switch (expected.type) {
    case 'boolean':
      return op === 'ne' ? actual !== expected.value : actual === expected.value;
    case 'number':
      return typeof actual === 'number' && holds(op, actual, expected.value);
    case 'dateTime': {
      const instant = typeof actual === 'string' ? parseDateTime(actual) : undefined;
      return instant !== undefined && holds(op, instant, expected.value);
    }
    case 'string':
      if (typeof actual !== 'string') return false;
      return expected.caseExact
        ? holds(op, actual, expected.value)
        : holds(op, actual.toLowerCase(), expected.value.toLowerCase());
  }
}

function holds<Value extends string | number>(op: CompareOperator, actual: Value, expected: Value): boolean {
  switch (op) {
    case 'eq':
      return actual === expected;
    case 'ne':
      return actual !== expected;
    case 'gt':
      return actual > expected;
    case 'ge':
      return actual >= expected;
    case 'lt':
      return actual < expected;
    case 'le':
      return actual <= expected;
    case 'co':
      return String(actual).includes(String(expected));
    case 'sw':
      return String(actual).startsWith(String(expected));
    case 'ew':
      return String(actual).endsWith(String(expected));
  }
}

function valuesOfResource(resource: JsonObject, target: FilterTarget): readonly JsonValue[] {
  const values = listed(attributeOf(resource, target));
  const { sub } = target;
  if (sub === undefined) return values;
  return values.flatMap((value) => (isJsonObject(value) ? listed(ownValue(value, sub.name)) : []));
}

function attributeOf(resource: JsonObject, target: FilterTarget): JsonValue | undefined {
  const container = target.isExtension ? ownValue(resource, target.schema) : resource;
  return isJsonObject(container) ? ownValue(container, target.attribute.name) : undefined;
}

function entriesOf(value: JsonValue | undefined): readonly JsonObject[] {
  return listed(value).filter(isJsonObject);
}

function listed(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return isJsonArray(value) ? value : [value];
}

/** RFC 7644 3.4.2.2: `pr` asks for a non-empty value, of a complex attribute for a non-empty sub-attribute. */
function isPresent(value: JsonValue): boolean {
  if (value === null || value === '') return false;
  if (isJsonArray(value)) return value.some(isPresent);
  return !isJsonObject(value) || Object.values(value).some(isPresent);
}
