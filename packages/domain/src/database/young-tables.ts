import type { PoolClient } from 'pg';
import type { Database } from './connection.ts';
import { repeat } from './repeat.ts';

const LOOK_EVERY_MS = 3000;
const GROWN_BY_ROWS = 500;
const GROWN_BY_SHARE = 0.5;

/**
 * Has the planner look again at tables that grew much since it last did. A plan that is prepared on an almost empty table
 * finds every index equally good and may walk a whole account for one name; it stays so until the next ANALYZE, which
 * autovacuum starts once a minute at best. A first synchronisation would become slower with each person until then.
 */
export function watchYoungTables(
  db: Database,
  { onError, everyMs = LOOK_EVERY_MS }: { onError: (error: unknown) => void; everyMs?: number },
): AsyncDisposable {
  return repeat(() => analyzeGrownTables(db), { onError, everyMs });
}

/** Looks once. Of several processes that look at the same time, one does the work. */
export async function analyzeGrownTables(db: Database): Promise<void> {
  const client = await db.borrowClient();
  try {
    await client.query('begin');
    for (const table of await grownTables(client)) await client.query(`analyze ${table}`);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function grownTables(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `with turn as materialized (
       select pg_try_advisory_xact_lock(hashtextextended('rollcall:analyze', 0)) as mine
     )
     select format('%I.%I', s.schemaname, s.relname) as table
     from pg_stat_user_tables s, turn
     where turn.mine and s.schemaname = current_schema()
       and s.n_mod_since_analyze > $1::float8 + $2::float8 * s.n_live_tup
     order by s.relid`,
    [GROWN_BY_ROWS, GROWN_BY_SHARE],
  );
  return rows.map((row) => row.table);
}
