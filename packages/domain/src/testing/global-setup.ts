import { startThrowawayPostgres } from '@rollcall/embedded-postgres/throwaway';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string;
    templateDatabase: string;
  }
}

/**
 * One PostgreSQL for the whole run (DATABASE_URL, or an embedded one that is thrown away) and one migrated template,
 * which each test file clones in some 20 ms.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const server = given === undefined ? await startThrowawayPostgres() : undefined;
  const url = given ?? server?.url ?? '';
  const template = `rollcall_template_${process.pid}`;
  await administer(url, `create database ${template} template template0`);
  await migrate(databaseAt(url, template));
  await administer(url, `alter database ${template} with is_template true allow_connections false`);
  project.provide('databaseUrl', url);
  project.provide('templateDatabase', template);
  return async () => {
    if (server !== undefined) return server.stop();
    await administer(url, `alter database ${template} with is_template false`);
    await administer(url, `drop database ${template}`);
  };
}

/** The same server, another database. */
export function databaseAt(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** Runs one statement outside a transaction on the server's maintenance database. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseAt(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
