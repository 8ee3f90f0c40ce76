import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';

/** A secret that all processes share, so that one can open what another sealed, after a restart too. */
export interface SealingKey {
  readonly generation: number;
  readonly secret: Uint8Array;
}

const SECRET_BYTES = 32;
const PURPOSE = 'cursor';

/** The keys that seal cursors, the newest first. Whoever comes first makes the first one. */
export async function readCursorKeys(db: Kysely<DB>): Promise<readonly SealingKey[]> {
  const keys = await selectKeys(db);
  if (keys.length > 0) return keys;
  // Of several processes that start at once, one inserts.
  await db
    .insertInto('sealing_keys')
    .values({
      purpose: PURPOSE,
      generation: 1,
      secret: randomBytes(SECRET_BYTES),
      created_at: new Date(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return selectKeys(db);
}

async function selectKeys(db: Kysely<DB>): Promise<readonly SealingKey[]> {
  return db
    .selectFrom('sealing_keys')
    .select(['generation', 'secret'])
    .where('purpose', '=', PURPOSE)
    .orderBy('generation', 'desc')
    .execute();
}
