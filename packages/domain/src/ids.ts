import { v7, validate } from 'uuid';
import { fewRandomBytes } from './random-bytes.ts';

let latestMs = 0;
let sequence = 0;

/**
 * A new id: UUIDv7, so that ids in order are rows in order of creation, on every PostgreSQL that we support. Of one process,
 * each is greater than the one before it: within a millisecond a sequence counts on (RFC 9562 6.2, method 1).
 */
export function newId(): string {
  const random = fewRandomBytes(16);
  const now = Date.now();
  if (now > latestMs) {
    latestMs = now;
    // Begins in its lower half, so that it does not run over within a millisecond.
    sequence = random.readUInt32BE(0) >>> 1;
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) latestMs += 1;
  }
  return v7({ random, msecs: latestMs, seq: sequence });
}

/** No id that was made at that time or later is before it. */
export function firstIdAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * Whether the text can be an id at all, in the one spelling that we give out: ids are case-exact (RFC 7643 3.1). What
 * cannot is unknown (404), not an error of the database's uuid parser.
 */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}
