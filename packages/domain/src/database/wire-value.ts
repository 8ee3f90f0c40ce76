/** A parameter as PostgreSQL reads it: text, or bytes for a bytea. */
export type WireValue = string | Buffer | null;

/** Lists become array literals, other objects JSON. Throws RangeError for a date that is none. */
export function wireValue(value: unknown): WireValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (value instanceof Date) return timestampText(value);
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value);
}

/** ISO 8601, except for years that have not four digits: PostgreSQL takes no sign before them. */
function timestampText(date: Date): string {
  const text = date.toISOString();
  if (text.startsWith('+')) return text.replace(/^\+0*/u, '');
  if (date.getUTCFullYear() > 0) return text;
  // There is no year 0: what ISO 8601 calls 0 is 1 BC.
  return `${String(1 - date.getUTCFullYear()).padStart(4, '0')}${text.slice(text.indexOf('-', 1))} BC`;
}

function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(arrayElement).join(',')}}`;
}

function arrayElement(item: unknown): string {
  if (Array.isArray(item)) return arrayLiteral(item);
  const text = wireValue(item);
  if (text === null) return 'NULL';
  const escaped = typeof text === 'string' ? text.replaceAll(/[\\"]/gu, String.raw`\$&`) : bytesText(text);
  return `"${escaped}"`;
}

function bytesText(bytes: Buffer): string {
  return String.raw`\\x${bytes.toString('hex')}`;
}
