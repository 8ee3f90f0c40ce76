import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { createExtensions } from './extensions.ts';
import { assertQueueCanBeMade, isQueueCurrent, migrateQueue, QUEUE_MIGRATION } from './migrate-queue.ts';
import { allMigrations } from './migrations/all-migrations.ts';
import { ServerUnsuitableError, unsuitability } from './server-requirements.ts';

/**
 * Brings our schema and the queue's at `url` up to date and returns the names of the migrations that ran. Safe to run twice and by
 * several processes at once: the others wait. Throws ServerUnsuitableError before it touches anything.
 */
export async function migrate(url: string): Promise<string[]> {
  await using turn = await takeTurn(url);
  await using migrations = openMigrations(url);
  const reason = await unsuitability(migrations.db);
  if (reason !== undefined) throw new ServerUnsuitableError(reason);
  await createExtensions(migrations.db);
  await assertQueueCanBeMade(migrations.db);
  const { error, results = [] } = await migrations.migrator.migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('Migrating failed.', { cause: error });
  const queueChanged = await migrateQueue(url, migrations.db);
  turn.check();
  const done = results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
  return queueChanged ? [...done, QUEUE_MIGRATION] : done;
}

/** Names of migrations that this version knows and the database at `url` has not had. */
export async function pendingMigrations(url: string): Promise<string[]> {
  await using migrations = openMigrations(url);
  const all = await migrations.migrator.getMigrations();
  const ours = all.filter((migration) => migration.executedAt === undefined).map(({ name }) => name);
  return (await isQueueCurrent(migrations.db)) ? ours : [...ours, QUEUE_MIGRATION];
}

function openMigrations(url: string) {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
  });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => allMigrations } });
  return { db, migrator, [Symbol.asyncDispose]: () => db.destroy() };
}

// Kysely locks its own tables, but makes them before that: two first starts at once would collide there.
async function takeTurn(url: string) {
  const client = new pg.Client({ connectionString: url });
  let lost: Error | undefined;
  client.on('error', (error) => {
    lost = error;
  });
  await client.connect();
  await client.query(`select pg_advisory_lock(hashtextextended('rollcall:migrate', 0))`);
  return {
    check() {
      if (lost !== undefined) throw lost;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
