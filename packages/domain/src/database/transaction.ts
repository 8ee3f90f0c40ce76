import { type CompiledQuery, Transaction } from 'kysely';
import type { Database } from './connection.ts';
import type { DB } from './schema.generated.ts';
import type { PipelinedConnection } from './pipelined-dialect.ts';
import { translateDatabaseError } from './constraint-violations.ts';

/** A transaction on our schema: a function that takes one cannot be called outside of one. */
export type Trx = Transaction<DB>;

const MOST_ATTEMPTS = 4;
const lastWrites = new WeakMap<Trx, CompiledQuery[]>();
const databases = new WeakMap<Trx, Database>();

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. `begin` travels with the first
 * statements and `commit` with the last, so a write costs two round trips. After a deadlock or a serialization failure
 * it runs again, so `work` must have no effect outside the database.
 */
export async function inTransaction<T>(db: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  return retrying(() => runOnce(db, work));
}

/** Where a dry run does its work. Its writes are seen by its later statements, and by nobody else. */
export interface DryRun {
  readonly trx: Trx;
  /** Does what a transaction of its own would do: a part that fails is taken back, and the others stay. */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
}

/**
 * Runs `work` in a transaction that is rolled back whatever comes: of what it writes, queues and announces nothing is left. It
 * holds its locks until then, so it waits for others only for a short time. After a deadlock it runs again.
 */
export async function inDryRun<T>(db: Database, work: (run: DryRun) => Promise<T>): Promise<T> {
  return retrying(() => runDry(db, work));
}

/**
 * Runs statements of which none depends on the answer to another as one transaction, in one round trip: locks, and then
 * `decisive`, which reads what they protect and writes or leaves it. Resolves to its rows when they are committed.
 */
export async function inOneFlight<Row>(
  db: Database,
  locks: readonly CompiledQuery[],
  decisive: CompiledQuery<Row>,
): Promise<readonly Row[]> {
  return retrying(async () => {
    const connection = await db.borrowConnection();
    try {
      const { rows } = await connection.executeTogether(locks, decisive);
      return rows;
    } finally {
      connection.release();
    }
  });
}

/**
 * Adds a statement that is sent together with the commit, after everything else: audit events, counters, seats. Nobody
 * waits for its answer in between, and the rows that many transactions want are held for the shortest time.
 */
export function atCommit(trx: Trx, statement: CompiledQuery): void {
  const statements = lastWrites.get(trx);
  if (statements === undefined) throw new Error('atCommit was called outside inTransaction.');
  statements.push(statement);
}

/** Whose transaction it is. */
export function databaseOf(trx: Trx): Database {
  const db = databases.get(trx);
  if (db === undefined) throw new Error('databaseOf was called outside inTransaction.');
  return db;
}

/** Sends what atCommit collected so far and waits for it, where later statements of the transaction need its rows. */
export async function sendWritesNow(trx: Trx): Promise<void> {
  const statements = lastWrites.get(trx)?.splice(0) ?? [];
  await Promise.all(statements.map((statement) => trx.executeQuery(statement)));
}

async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempts < MOST_ATTEMPTS && isRetryable(error)) continue;
      throw translateDatabaseError(error);
    }
  }
}

async function runOnce<T>(db: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  const connection = await db.borrowConnection();
  const begun = connection.command('begin');
  const trx = transactionOn(db, connection);
  lastWrites.set(trx, []);
  databases.set(trx, db);
  return completing(connection, async () => {
    // Not awaited before the work: the first statements travel behind `begin`.
    const [result] = await Promise.all([work(trx), begun]);
    await commit(connection, lastWrites.get(trx) ?? []);
    return result;
  }).finally(() => lastWrites.delete(trx));
}

const LIMITS_OF_DRY_RUNS = ["set local lock_timeout = '3s'", "set local statement_timeout = '15s'"];

async function runDry<T>(db: Database, work: (run: DryRun) => Promise<T>): Promise<T> {
  const connection = await db.borrowConnection();
  const trx = transactionOn(db, connection);
  lastWrites.set(trx, []);
  databases.set(trx, db);
  // What a part fails with is the answer to it, unless the whole has to run again.
  let failure: { error: unknown } | undefined;
  const run: DryRun = {
    trx,
    async write(part) {
      await connection.command('savepoint part');
      try {
        const result = await part(trx);
        await sendWritesNow(trx);
        await connection.command('release savepoint part');
        return result;
      } catch (error) {
        lastWrites.get(trx)?.splice(0);
        await connection.command('rollback to savepoint part');
        await connection.command('release savepoint part');
        if (isRetryable(error)) failure ??= { error };
        throw translateDatabaseError(error);
      }
    },
  };
  try {
    await connection.command('begin');
    for (const limit of LIMITS_OF_DRY_RUNS) await connection.command(limit);
    const result = await work(run);
    if (failure !== undefined) throw failure.error;
    return result;
  } finally {
    lastWrites.delete(trx);
    await rollBack(connection);
  }
}

/** Gives the connection back, after a rollback where the work failed. */
async function completing<T>(connection: PipelinedConnection, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    connection.release();
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

async function commit(connection: PipelinedConnection, statements: readonly CompiledQuery[]): Promise<void> {
  const sent = statements.map((statement) => connection.executeQuery(statement));
  const [committed] = await Promise.all([connection.command('commit'), ...sent]);
  // PostgreSQL answers the commit of a failed transaction with success and the tag ROLLBACK.
  if (committed !== 'COMMIT') throw new Error('The transaction was rolled back instead of committed.');
}

async function rollBack(connection: PipelinedConnection): Promise<void> {
  try {
    await connection.command('rollback');
    connection.release();
  } catch (error) {
    // A connection that cannot roll back must not return to the pool.
    connection.release(error instanceof Error ? error : new Error(String(error)));
  }
}

// Kysely's own transactions wait for each answer before the next statement; ours hand every statement to the pipeline.
function transactionOn(db: Database, connection: PipelinedConnection): Trx {
  return new Transaction<DB>({
    ...db.parts,
    executor: db
      .getExecutor()
      .withConnectionProvider({ provideConnection: (consumer) => consumer(connection) }),
  });
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

function isRetryable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === DEADLOCK_DETECTED || code === SERIALIZATION_FAILURE;
}
