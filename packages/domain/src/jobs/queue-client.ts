import type { PoolClient } from 'pg';
import type { Database } from '../database/connection.ts';

/**
 * Lends a plain connection for the queue's own tables: they are graphile-worker's, without a column for the account, so the
 * tenancy guard could not judge them. Each statement that crosses from there to tables of ours takes the account from the
 * task's own payload.
 */
export async function withQueueClient<T>(db: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.borrowClient();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
