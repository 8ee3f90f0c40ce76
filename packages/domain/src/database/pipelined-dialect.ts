import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { StatementGuard } from './tenancy/statement-guard.ts';

/**
 * Kysely over pg connections that do not wait for one answer before they send the next statement, with every statement
 * prepared under a name (planned once per connection) and checked by the tenancy guard before it leaves.
 */
export class PipelinedDialect implements Dialect {
  readonly #driver: PipelinedDriver;

  constructor(driver: PipelinedDriver) {
    this.#driver = driver;
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}

export class PipelinedDriver implements Driver {
  readonly #pool: Pool;
  readonly #guard: StatementGuard;

  constructor(pool: Pool, guard: StatementGuard) {
    this.#pool = pool;
    this.#guard = guard;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PipelinedConnection> {
    return new PipelinedConnection(await this.#pool.connect(), this.#guard);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PipelinedConnection) connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

/** One pg client on loan from the pool. Queries are sent in the order of the calls, without waiting for one another. */
export class PipelinedConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #guard: StatementGuard;

  constructor(client: PoolClient, guard: StatementGuard) {
    this.#client = client;
    this.#guard = guard;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const values = [...query.parameters];
    const name = this.#guard.check(query.sql, values);
    const result = await this.#client.query<R & QueryResultRow>({ name, text: query.sql, values });
    return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) };
  }

  /** Sends a transaction command; resolves to the command tag that the server answered with. */
  async command(text: string): Promise<string> {
    const result = await this.#client.query(text);
    return result.command;
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('A pipelined connection cannot stream: read keyset batches instead.');
  }

  release(error?: Error): void {
    this.#client.release(error);
  }
}
