import type { JsonObject } from './json.ts';

const LABELS: ReadonlySet<string> = new Set(['type', 'primary']);

/** An entry with a type or `primary` alone says nothing: its value is blank in a template (OneLogin) or was cleared (Entra). */
export function saysNothing(entry: JsonObject): boolean {
  return Object.keys(entry).every((name) => LABELS.has(name));
}
