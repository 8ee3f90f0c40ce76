import pg from 'pg';
import { expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { testDatabase } from '../testing/database.ts';
import { openDatabase } from './connection.ts';
import { lockAccountShared } from './locks.ts';
import { inTransaction } from './transaction.ts';

test('a destroyed database has closed its connections, also those that only transactions used', async () => {
  await using database = await testDatabase();
  const name = 'closes its connections';
  const db = await openDatabase({
    url: database.url,
    applicationName: name,
    onIdleConnectionError: (error) => {
      throw error;
    },
  });
  await inTransaction(db, (trx) => lockAccountShared(trx, newId()));

  await db.destroy();

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    'select count(*)::int as amount from pg_stat_activity where application_name = $1',
    [name],
  );
  await client.end();
  expect(rows).toEqual([{ amount: 0 }]);
});
