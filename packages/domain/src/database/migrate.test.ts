import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { administer, databaseAt } from '../testing/global-setup.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { QUEUE_MIGRATION, QUEUE_VERSION } from './migrate-queue.ts';
import { allMigrations } from './migrations/all-migrations.ts';

async function emptyDatabase(options = '') {
  const server = inject('databaseUrl');
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template template0 ${options}`);
  return {
    url: databaseAt(server, name),
    [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`),
  };
}

const everyName = [...Object.keys(allMigrations), QUEUE_MIGRATION];

describe('migrating', () => {
  it('runs each migration once, and nothing the second time', async () => {
    await using database = await emptyDatabase();
    expect(await pendingMigrations(database.url)).toEqual(everyName);
    expect(await migrate(database.url)).toEqual(everyName);
    expect(await migrate(database.url)).toEqual([]);
    expect(await pendingMigrations(database.url)).toEqual([]);
  });

  it('makes the newest queue that the installed graphile-worker brings', async () => {
    await using database = await emptyDatabase();
    await migrate(database.url);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select max(id) as version from graphile_worker.migrations');
    await client.end();
    expect(rows).toEqual([{ version: QUEUE_VERSION }]);
  });

  it('is harmless when ten processes do it at once on an empty database', async () => {
    await using database = await emptyDatabase();
    const runs = await Promise.all(Array.from({ length: 10 }, () => migrate(database.url)));
    expect(runs.flat().toSorted()).toEqual(everyName);
  });

  it('refuses a database that is not encoded in UTF-8, and writes nothing', async () => {
    await using database = await emptyDatabase(`encoding 'SQL_ASCII' locale 'C' locale_provider 'libc'`);
    await expect(migrate(database.url)).rejects.toThrow(/encoded in SQL_ASCII.*ENCODING 'UTF8'/);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `select count(*)::int as tables from pg_tables where schemaname = 'public'`,
    );
    await client.end();
    expect(rows).toEqual([{ tables: 0 }]);
  });

  it('refuses a database that would let one user name be taken in two letter cases', async () => {
    await using database = await emptyDatabase(`encoding 'UTF8' locale 'C' locale_provider 'libc'`);
    await expect(migrate(database.url)).rejects.toThrow(/does not fold letters beyond ASCII/);
  });
});
