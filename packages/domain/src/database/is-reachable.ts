import { type Kysely, sql } from 'kysely';
import type { DB } from './schema.generated.ts';

/** Whether the database answers. A pool that has no free connection for a moment waits; one that cannot connect does not. */
export async function isReachable(db: Kysely<DB>): Promise<boolean> {
  try {
    await sql`select 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}
