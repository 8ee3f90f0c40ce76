import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { migrate } from '@rollcall/domain/database/migrate';
import { startPostgres } from '@rollcall/embedded-postgres/start-server';
import pg from 'pg';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../../..');

export interface MeasuredDatabase extends AsyncDisposable {
  readonly url: string;
  /** For loading, resetting and counting; never for what is measured. */
  readonly client: pg.Client;
  readonly description: string;
}

/**
 * A migrated, empty database of the run's own, dropped when disposed of: on the server at `serverUrl`, else on an embedded
 * one that keeps its promises to disk as a customer's does.
 */
export async function createMeasuredDatabase(
  serverUrl: string | undefined,
  say: (line: string) => void,
): Promise<MeasuredDatabase> {
  await using resources = new AsyncDisposableStack();
  const server = serverUrl ?? resources.use(await startTunedServer(say)).url;
  const name = `rollcall_bench_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template template0`);
  resources.defer(() => administer(server, `drop database ${name} with (force)`));
  const url = databaseAt(server, name);
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  resources.defer(() => client.end());
  const description = await describeServer(client);
  const kept = resources.move();
  return { url, client, description, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

// shared_buffers needs a restart, which is quick on an empty server.
async function startTunedServer(say: (line: string) => void) {
  const dataDir = join(REPOSITORY_ROOT, '.rollcall', 'benchmarks');
  const first = await startPostgres({ dataDir, log: say });
  try {
    await dropLeftovers(first.url);
    await administer(first.url, "alter system set shared_buffers = '512MB'");
    // Checkpoints come with the clock of whoever measures; the log they bound is written all the same.
    await administer(first.url, "alter system set max_wal_size = '8GB'");
    await administer(first.url, "alter system set checkpoint_timeout = '30min'");
  } finally {
    await first.stop();
  }
  return startPostgres({ dataDir, log: say });
}

/** Databases of runs that were killed. The server is ours alone, so nobody uses them. */
async function dropLeftovers(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseAt(server, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datname ~ '^rollcall_bench_[0-9a-f]+$'",
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  } finally {
    await client.end();
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseAt(server, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseAt(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function describeServer(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ version: string; settings: string }>(`
    select current_setting('server_version') as version,
      (select string_agg(name || ' ' || current_setting(name), ', ' order by name) from pg_settings
        where name in ('fsync', 'synchronous_commit', 'shared_buffers')) as settings`);
  return `${rows[0]?.version ?? 'unknown'} (${rows[0]?.settings ?? ''})`;
}
