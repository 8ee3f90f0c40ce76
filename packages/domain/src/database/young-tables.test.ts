import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { analyzeGrownTables, watchYoungTables } from './young-tables.ts';

async function givenGrowth(people: number) {
  const database = await testDatabase();
  const { accountId } = await givenAccount(database.db);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into users (account_id, id, state, user_name, license_type, license_source, created_at, updated_at)
     select $1, gen_random_uuid(), 'active', 'person' || n, 'developer', 'default', now(), now()
     from generate_series(1, $2::int) as n`,
    [accountId, people],
  );
  await client.query('select pg_stat_force_next_flush()');
  await client.query('select 1');
  return {
    db: database.db,
    analyses: async (): Promise<number> => {
      const { rows } = await client.query<{ analyze_count: string }>(
        `select analyze_count from pg_stat_user_tables where relname = 'users'`,
      );
      return Number(rows[0]?.analyze_count);
    },
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('a table that grew', () => {
  it('is looked at again by the planner, once', async () => {
    await using growth = await givenGrowth(2000);
    await Promise.all([analyzeGrownTables(growth.db), analyzeGrownTables(growth.db)]);
    await analyzeGrownTables(growth.db);
    await expect.poll(growth.analyses).toBe(1);
  });

  it('by little is left to autovacuum', async () => {
    await using growth = await givenGrowth(100);
    await analyzeGrownTables(growth.db);
    expect(await growth.analyses()).toBe(0);
  });

  it('is noticed while the watch lasts', async () => {
    await using growth = await givenGrowth(2000);
    const errors: unknown[] = [];
    const watch = watchYoungTables(growth.db, { onError: (error) => errors.push(error), everyMs: 20 });
    await expect.poll(growth.analyses).toBe(1);
    await watch[Symbol.asyncDispose]();
    expect(errors).toEqual([]);
  });
});
