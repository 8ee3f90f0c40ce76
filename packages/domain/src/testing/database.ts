import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../database/connection.ts';
import { administer, databaseAt } from './global-setup.ts';

export interface TestDatabase extends AsyncDisposable {
  db: Database;
  url: string;
}

/** A migrated, empty database of the caller's own; dropped when disposed of. */
export async function testDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template ${inject('templateDatabase')}`);
  const url = databaseAt(server, name);
  let closing = false;
  const db = await openDatabase({
    url,
    ...options,
    onIdleConnectionError: (error) => {
      // A closing pool's connections may meet the dropping of their database.
      if (!closing) throw error;
    },
  });
  return {
    db,
    url,
    async [Symbol.asyncDispose]() {
      closing = true;
      await db.destroy();
      await administer(server, `drop database ${name} with (force)`);
    },
  };
}
