import { invalidValue } from './errors.ts';
import type { JsonValue } from './json.ts';
import type { AttributeDefinition } from './schemas/attribute.ts';

// No part of it can match what another can: the time does not grow with the square of the length.
const BASE64 = /^[A-Za-z0-9+/_\s-]*(?:={1,2}\s*)?$/;

/** Text, a reference or base64, kept exactly as sent: identity providers read values back and compare. */
export function readText(definition: AttributeDefinition, value: JsonValue, path: string): string {
  if (typeof value !== 'string') {
    throw invalidValue(`${path} has a value of the wrong type; it needs text.`);
  }
  if (definition.type === 'binary' && !BASE64.test(value)) {
    throw invalidValue(`${path} is not base64.`);
  }
  return value;
}
