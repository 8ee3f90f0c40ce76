const BYTES = 16;

/** Makes the repeat of a request harmless. By hand, since browsers make UUIDs on secure pages alone. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
