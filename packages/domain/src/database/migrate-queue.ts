import { Logger, runMigrations } from 'graphile-worker';
import { type QueryExecutorProvider, sql } from 'kysely';
import pg from 'pg';
import { ServerUnsuitableError } from './server-requirements.ts';

/** What the queue's schema is called among the migrations. */
export const QUEUE_MIGRATION = 'graphile-worker';

/** The newest migration that the installed graphile-worker brings; a test holds it to that. */
export const QUEUE_VERSION = 20;

/**
 * Brings graphile-worker's schema up to date, so that whoever writes can enqueue before a worker has ever run. Says whether
 * there was something to do.
 */
export async function migrateQueue(url: string, db: QueryExecutorProvider): Promise<boolean> {
  if (await isQueueCurrent(db)) return false;
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // A connection that breaks fails the migration that uses it; nothing else has to be done about it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => undefined) });
  } finally {
    await pool.end();
  }
  return true;
}

export async function isQueueCurrent(db: QueryExecutorProvider): Promise<boolean> {
  const { rows } = await sql<{ exists: boolean }>`
    select to_regclass('graphile_worker.migrations') is not null as exists`.execute(db);
  if (rows[0]?.exists !== true) return false;
  return (await queueVersion(db)) >= QUEUE_VERSION;
}

async function queueVersion(db: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`
    select max(id) as version from graphile_worker.migrations`.execute(db);
  return rows[0]?.version ?? 0;
}

/** Throws ServerUnsuitableError where the queue's schema is not there and the role may not make it. */
export async function assertQueueCanBeMade(db: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql<{ possible: boolean }>`
    select to_regnamespace('graphile_worker') is not null
      or has_database_privilege(current_database(), 'create') as possible`.execute(db);
  if (rows[0]?.possible === true) return;
  throw new ServerUnsuitableError(
    'The role in DATABASE_URL may not create the schema graphile_worker, where the queue of background work is. Have the database\'s owner run "grant create on database" for that role, then migrate again.',
  );
}
