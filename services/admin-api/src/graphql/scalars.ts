import type { JsonValue } from '@rollcall/domain/json';
import { GraphQLError, Kind } from 'graphql';
import { builder } from './builder.ts';
import { LIMITS } from './limits.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/u;

builder.scalarType('DateTime', {
  description: 'A moment, in RFC 3339: `2026-11-22T08:00:00.000Z`. Answers are in UTC.',
  serialize: (value) => value.toISOString(),
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: readJson,
});

function readDateTime(value: unknown): Date {
  if (typeof value === 'string' && RFC_3339.test(value)) {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime())) return date;
  }
  throw new GraphQLError('Write a time as RFC 3339 does, for example 2026-11-22T08:00:00Z.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

function readJson(value: unknown): JsonValue {
  if (isJson(value, LIMITS.jsonLevels)) return value;
  throw new GraphQLError(`This is no JSON value of at most ${LIMITS.jsonLevels} levels.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

function isJson(value: unknown, levels: number): value is JsonValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return true;
  }
  if (typeof value !== 'object' || levels === 0) return false;
  return Object.values(value).every((part) => isJson(part, levels - 1));
}
