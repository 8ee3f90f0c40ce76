import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { tiedQueries } from './examples/tied-queries.ts';
import { tiedWrites } from './examples/tied-writes.ts';
import { untiedQueries } from './examples/untied-queries.ts';
import { untiedWrites } from './examples/untied-writes.ts';
import { tenantTables, untenantedTables } from './tenant-tables.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  // The catalogs and the bad examples are none of the guard's business.
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

test('every table of the schema is classified, as its columns say', async () => {
  const tables = await client.query<{ name: string; tenant: boolean }>(`
    select t.table_name as name, exists (
      select from information_schema.columns c
      where c.table_schema = 'public' and c.table_name = t.table_name and c.column_name = 'account_id') as tenant
    from information_schema.tables t where t.table_schema = 'public'`);
  const names = (tenant: boolean): string[] =>
    tables.rows.filter((row) => row.tenant === tenant).map((row) => row.name);
  const tiedByAccountId = [...tenantTables]
    .filter(([, column]) => column === 'account_id')
    .map(([name]) => name);
  expect(names(true).toSorted()).toEqual(tiedByAccountId.toSorted());
  expect(names(false).toSorted()).toEqual([...untenantedTables, 'accounts'].toSorted());
});

test('a conflict in a tenant table is with a row of the same account: every unique key begins with the account', async () => {
  const keys = await client.query<{ table: string; key: string; first: string }>(`
    select t.relname as table, k.relname as key, a.attname as first
    from pg_index i join pg_class k on k.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where i.indisunique and t.relnamespace = 'public'::regnamespace`);
  const ofTenants = keys.rows.filter(({ table }) => tenantTables.get(table) === 'account_id');
  expect(ofTenants.length).toBeGreaterThanOrEqual(tenantTables.size - 1);
  expect(ofTenants.filter(({ first }) => first !== 'account_id')).toEqual([]);
});

describe('the examples are statements that PostgreSQL itself would run', () => {
  test.each([...tiedQueries, ...tiedWrites, ...untiedQueries, ...untiedWrites].filter(isPreparable))(
    '$title',
    async ({ sql }) => {
      await expect(client.query(`prepare example as ${sql}`)).resolves.toBeDefined();
      await client.query('deallocate example');
    },
  );
});

test('raw SQL that forgets the account never reaches the server through the pool', async () => {
  await expect(sql`delete from users where user_name = ${'a'}`.execute(database.db)).rejects.toThrow(
    /"users" is not tied/u,
  );
  const counted = await sql`select count(*) from users where account_id = ${crypto.randomUUID()}`.execute(
    database.db,
  );
  expect(counted.rows).toEqual([{ count: 0 }]);
});

function isPreparable({ sql }: { sql: string }): boolean {
  return !sql.startsWith('explain');
}
