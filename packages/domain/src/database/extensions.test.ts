import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { administer, databaseAt } from '../testing/global-setup.ts';
import { migrate } from './migrate.ts';
import { ServerUnsuitableError } from './server-requirements.ts';

async function emptyDatabase() {
  const server = inject('databaseUrl');
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template template0`);
  return {
    name,
    url: databaseAt(server, name),
    [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

test('extensions that the operator made are used, in whatever schema they are', async () => {
  await using database = await emptyDatabase();
  await run(
    database.url,
    'create schema extensions',
    'create extension pg_trgm schema extensions',
    'create extension btree_gin schema extensions',
  );
  expect(await migrate(database.url)).toContain('0006-search');
});

test('a role that may not create extensions is told who has to, and nothing is written', async () => {
  await using database = await emptyDatabase();
  const role = `${database.name}_role`;
  await run(
    database.url,
    `create role ${role} login password 'rollcall-test'`,
    `grant create, usage on schema public to ${role}`,
  );
  try {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'rollcall-test';
    const error = await migrate(url.href).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ServerUnsuitableError);
    expect(String(error)).toMatch(/may not create the extension pg_trgm.*superuser run "create extension/);
    expect(String(error)).not.toContain('rollcall-test');

    await run(database.url, 'create extension pg_trgm', 'create extension btree_gin');
    await expect(migrate(url.href)).rejects.toThrowError('may not create the schema graphile_worker');
    await run(database.url, `grant create on database ${database.name} to ${role}`);
    expect(await migrate(url.href)).toContain('0006-search');
  } finally {
    await run(database.url, `drop owned by ${role}`, `drop role ${role}`);
  }
});
