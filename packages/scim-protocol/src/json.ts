import { invalidSyntax } from './errors.ts';
import { scanJson } from './json-scan.ts';

export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[];

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export interface JsonLimits {
  readonly maxDepth: number;
}

const DEFAULT_LIMITS: JsonLimits = { maxDepth: 64 };

/**
 * Parses a request body. Beyond broken JSON it refuses what would be read differently by different parsers, or could not be
 * stored, or serves nobody: duplicate keys, deep nesting, thousands of keys, U+0000, lone surrogates and numbers that overflow. The `detail` never quotes the body.
 */
export function parseJsonBody(text: string, limits: JsonLimits = DEFAULT_LIMITS): JsonValue {
  scanJson(text, limits.maxDepth);
  const value: unknown = JSON.parse(text);
  if (!isJsonValue(value)) throw invalidSyntax('The request body is not valid JSON.');
  return value;
}

/** JSON.parse gives nothing but JSON values; its declared type does not say so. */
function isJsonValue(value: unknown): value is JsonValue {
  return value !== undefined;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object's own value: a key such as `constructor` never reaches the prototype. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
