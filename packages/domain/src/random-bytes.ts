import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * A few bytes from the system's generator, each given out once. Fetched many at a time: asking costs more than all else
 * that an id or a salt is made of.
 */
export function fewRandomBytes(amount: number): Buffer {
  if (used + amount > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + amount));
  pool.fill(0, used, used + amount);
  used += amount;
  return bytes;
}
