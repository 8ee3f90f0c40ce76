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
import type { Pool, PoolClient } from 'pg';
import {
  type Answer,
  type PendingStatement,
  type PreparedStatements,
  type TypeParsers,
  statementBatch,
} from './statement-batch.ts';
import type { StatementGuard } from './tenancy/statement-guard.ts';
import { type WireValue, wireValue } from './wire-value.ts';

/**
 * Kysely over pg connections that do not wait for one answer before they take the next statement, with every statement
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
  readonly #parts: ConnectionParts;

  constructor(pool: Pool, parts: ConnectionParts) {
    this.#pool = pool;
    this.#parts = parts;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PipelinedConnection> {
    return new PipelinedConnection(await this.#pool.connect(), this.#parts);
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

/**
 * One pg client on loan from the pool. Statements are sent in the order of the calls; those of one turn of the event loop
 * travel together, whatever comes while they are answered travels next.
 */
export class PipelinedConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #parts: ConnectionParts;
  #waiting: PendingStatement[] = [];
  #isSending = false;
  #lost: Error | undefined;
  // Whoever waits for an answer hears of it; without a listener, a lost connection would end the process.
  readonly #onLost = (error: Error): void => {
    this.#lost = error;
  };

  constructor(client: PoolClient, parts: ConnectionParts) {
    this.#client = client;
    this.#parts = parts;
    client.on('error', this.#onLost);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { name, text, values } = this.#guarded(query);
    const { rows, rowCount } = await this.#enqueue<R>(name, text, values);
    return { rows, numAffectedRows: BigInt(rowCount) };
  }

  /**
   * Sends statements as one transaction without `begin` and `commit`: PostgreSQL makes one of whatever stands before a Sync.
   * Nothing else may be under way. Resolves to the answer to the last one when all of it is committed.
   */
  executeTogether<R>(first: readonly CompiledQuery[], last: CompiledQuery<R>): Promise<Answer<R>> {
    return new Promise((resolve, reject) => {
      let answer: Answer<R> | undefined;
      const statements = [
        ...first.map((query) => ({ ...this.#guarded(query), resolve: () => undefined, reject })),
        {
          ...this.#guarded(last),
          resolve: (given: Answer<R>) => {
            answer = given;
          },
          reject,
        },
      ];
      // Only the end of the batch says that the commit came through.
      const onDone = (error?: Error): void => {
        if (error === undefined && answer !== undefined) resolve(answer);
        else reject(error ?? new Error('The statements were answered only in part.'));
      };
      this.#client.query(statementBatch(statements, preparedOn(this.#client), this.#parts.parserOf, onDone));
    });
  }

  #guarded({ sql, parameters }: CompiledQuery): Pick<PendingStatement, 'name' | 'text' | 'values'> {
    return {
      name: this.#parts.guard.check(sql, parameters),
      text: sql,
      values: parameters.map((value) => wireValue(value)),
    };
  }

  /** Sends a transaction command; resolves to the command tag that the server answered with. */
  async command(text: string): Promise<string> {
    const { command } = await this.#enqueue(text, text, []);
    return command;
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('A pipelined connection cannot stream: read keyset batches instead.');
  }

  release(error = this.#lost): void {
    this.#client.off('error', this.#onLost);
    this.#client.release(error);
  }

  #enqueue<R>(name: string | undefined, text: string, values: WireValue[]): Promise<Answer<R>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        name,
        text,
        values,
        reject,
        resolve(answer: Answer<R>) {
          resolve(answer);
        },
      });
      if (this.#isSending) return;
      this.#isSending = true;
      process.nextTick(() => this.#send());
    });
  }

  #send(): void {
    const statements = this.#waiting;
    this.#isSending = statements.length > 0;
    if (!this.#isSending) return;
    this.#waiting = [];
    const prepared = preparedOn(this.#client);
    this.#client.query(statementBatch(statements, prepared, this.#parts.parserOf, () => this.#send()));
  }
}

/** What every connection of a pool shares. */
export interface ConnectionParts {
  readonly guard: StatementGuard;
  readonly parserOf: TypeParsers;
}

// Clients live longer than loans.
const preparedStatements = new WeakMap<PoolClient, PreparedStatements>();

function preparedOn(client: PoolClient): PreparedStatements {
  const known = preparedStatements.get(client);
  if (known !== undefined) return known;
  const prepared: PreparedStatements = new Map();
  preparedStatements.set(client, prepared);
  return prepared;
}
