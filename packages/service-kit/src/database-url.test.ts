import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databaseUrl, dataDirectory, NoDatabaseError } from './database-url.ts';

test('DATABASE_URL wins over a running embedded server', () => {
  const ROLLCALL_DATA_DIR = dataDir({ url: 'postgres://embedded', pid: process.pid });
  expect(databaseUrl({ ROLLCALL_DATA_DIR, DATABASE_URL: 'postgres://mine' })).toBe('postgres://mine');
});

test('without DATABASE_URL, or with an empty one, the running embedded server is found', () => {
  const ROLLCALL_DATA_DIR = dataDir({ url: 'postgres://embedded', pid: process.pid });
  expect(databaseUrl({ ROLLCALL_DATA_DIR })).toBe('postgres://embedded');
  expect(databaseUrl({ ROLLCALL_DATA_DIR, DATABASE_URL: '' })).toBe('postgres://embedded');
});

test('the file of a server that has ended is no server', async () => {
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(gone, 'exit');
  const ROLLCALL_DATA_DIR = dataDir({ url: 'postgres://embedded', pid: gone.pid });
  expect(() => databaseUrl({ ROLLCALL_DATA_DIR })).toThrow(NoDatabaseError);
});

test.for(['', '{', 'null', '[]', '{"url":1,"pid":1}', '{"url":"postgres://x"}'])(
  'a file with %j is no server',
  (text) => {
    const ROLLCALL_DATA_DIR = dataDir(undefined);
    writeFileSync(join(ROLLCALL_DATA_DIR, 'connection.json'), text);
    expect(() => databaseUrl({ ROLLCALL_DATA_DIR })).toThrow(NoDatabaseError);
  },
);

test('the refusal says where it looked and what to do', () => {
  const ROLLCALL_DATA_DIR = dataDir(undefined);
  expect(() => databaseUrl({ ROLLCALL_DATA_DIR })).toThrow(
    new NoDatabaseError(
      `No database: DATABASE_URL is not set and no embedded PostgreSQL runs in ${ROLLCALL_DATA_DIR}. ` +
        'Start one with "npm start", or set DATABASE_URL to a PostgreSQL (15 to 18).',
    ),
  );
});

test('the data directory is .rollcall in the repository where none is named', () => {
  expect(dataDirectory({})).toBe(resolve(import.meta.dirname, '../../../.rollcall'));
  expect(dataDirectory({ ROLLCALL_DATA_DIR: '/srv/rollcall' })).toBe('/srv/rollcall');
});

function dataDir(connection: { url: string; pid: number | undefined } | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (connection !== undefined) writeFileSync(join(folder, 'connection.json'), JSON.stringify(connection));
  return folder;
}
