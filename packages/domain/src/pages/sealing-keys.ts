import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';

/** A secret that all processes share, so that one can open what another sealed, after a restart too. */
export interface SealingKey {
  readonly generation: number;
  readonly secret: Uint8Array;
}

/** Each purpose has keys of its own: what was sealed for one opens nothing of another. */
export type SealingPurpose = 'cursor' | 'link';

const SECRET_BYTES = 32;

/** The keys of a purpose, the newest first. Whoever comes first makes the first one. */
export async function readSealingKeys(
  db: Kysely<DB>,
  purpose: SealingPurpose,
): Promise<readonly SealingKey[]> {
  const keys = await selectKeys(db, purpose);
  if (keys.length > 0) return keys;
  // Of several processes that start at once, one inserts.
  await db
    .insertInto('sealing_keys')
    .values({ purpose, generation: 1, secret: randomBytes(SECRET_BYTES), created_at: new Date() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return selectKeys(db, purpose);
}

async function selectKeys(db: Kysely<DB>, purpose: SealingPurpose): Promise<readonly SealingKey[]> {
  return db
    .selectFrom('sealing_keys')
    .select(['generation', 'secret'])
    .where('purpose', '=', purpose)
    .orderBy('generation', 'desc')
    .execute();
}
