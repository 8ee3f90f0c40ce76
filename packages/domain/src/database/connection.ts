import { Kysely, type KyselyProps } from 'kysely';
import pg, { type PoolClient } from 'pg';
import type { DB } from './schema.generated.ts';
import {
  type ConnectionParts,
  PipelinedConnection,
  PipelinedDialect,
  PipelinedDriver,
} from './pipelined-dialect.ts';
import { loadStatementParser } from './tenancy/inspect-statement.ts';
import { createStatementGuard } from './tenancy/statement-guard.ts';
import { parseTimestamp } from './timestamps.ts';

export interface DatabaseOptions {
  url: string;
  /** Connections at most, and as many again for queries. Ten serve two cores; more only lengthen the tail. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** A connection broke while nobody was using it. */
  onIdleConnectionError: (error: Error) => void;
}

/** Where statements can be sent: outside of any transaction, or in one. */
export type Queryable = Kysely<DB>;

/** A pool of connections that is also a Kysely instance for statements outside a transaction. */
export class Database extends Kysely<DB> {
  readonly #pool: pg.Pool;
  readonly #queryPool: pg.Pool;
  readonly #shared: ConnectionParts;
  /**
   * For queries whose cost a client decides: connections of their own, with a time limit of their own. However many are
   * slow, what has a known cost never waits for them.
   */
  readonly queries: Kysely<DB>;
  /** What a Kysely instance on a borrowed connection is made of. */
  readonly parts: Pick<KyselyProps, 'config' | 'driver' | 'dialect'>;

  constructor(pool: pg.Pool, queryPool: pg.Pool) {
    const shared = { guard: createStatementGuard(MOST_NAMES), parserOf };
    const driver = new PipelinedDriver(pool, shared);
    const dialect = new PipelinedDialect(driver);
    super({ dialect });
    this.#pool = pool;
    this.#queryPool = queryPool;
    this.queries = new Kysely({
      dialect: new PipelinedDialect(
        new PipelinedDriver(queryPool, { guard: createStatementGuard(MOST_QUERY_NAMES), parserOf }),
      ),
    });
    this.#shared = shared;
    this.parts = { config: { dialect }, driver, dialect };
  }

  /** Lends a connection to a transaction; the borrower releases it. */
  async borrowConnection(): Promise<PipelinedConnection> {
    return new PipelinedConnection(await this.#pool.connect(), this.#shared);
  }

  /** Kysely ends only a pool that it has used itself, which it has not where all work was in transactions. */
  override async destroy(): Promise<void> {
    await Promise.all([super.destroy(), this.queries.destroy()]);
    for (const pool of [this.#pool, this.#queryPool]) if (!pool.ending) await pool.end();
  }

  /** A plain client, outside the guard, for LISTEN, ANALYZE and the queue's tables. The borrower releases it. */
  async borrowClient(): Promise<PoolClient> {
    return this.#pool.connect();
  }
}

/** More statements than we have. */
const MOST_NAMES = 1000;
/** Shapes of filters that come again and again; what clients invent beside them is planned each time. */
const MOST_QUERY_NAMES = 200;

const SESSION_SETTINGS = [
  // Times are read as UTC.
  'TimeZone=UTC',
  // Compiling a plan costs more than running any statement of ours.
  'jit=off',
  // No statement may hold a lock or a connection for ever.
  'lock_timeout=15s',
  'statement_timeout=60s',
  'idle_in_transaction_session_timeout=60s',
];

/** Seconds that a query may take; Okta gives up on an answer after 60. */
export const QUERY_LIMIT_SECONDS = 15;

const QUERY_SETTINGS = [
  ...SESSION_SETTINGS,
  `statement_timeout=${QUERY_LIMIT_SECONDS}s`,
  // No client's search gets more than one processor.
  'max_parallel_workers_per_gather=0',
];

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await loadStatementParser();
  const pool = openPool(options, SESSION_SETTINGS);
  const queryPool = openPool(options, QUERY_SETTINGS, {
    connectionTimeoutMillis: QUERY_LIMIT_SECONDS * 1000,
  });
  return new Database(pool, queryPool);
}

function openPool(
  options: DatabaseOptions,
  settings: readonly string[],
  limits: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({
    ...limits,
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'rollcall',
    options: settings.map((setting) => `-c ${setting}`).join(' '),
  });
  pool.on('error', options.onIdleConnectionError);
  // pg's pool no longer listens to a connection that it is ending; what the server still says must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const INT8 = 20;
const TIMESTAMPTZ = 1184;

const BUILT_IN: { getTypeParser(type: number, format: 'text'): TextParser } = pg.types;

type TextParser = (text: string) => unknown;

function parserOf(type: number): TextParser {
  if (type === INT8) return Number;
  if (type === TIMESTAMPTZ) return parseTimestamp;
  const parse: TextParser = BUILT_IN.getTypeParser(type, 'text');
  return parse;
}
