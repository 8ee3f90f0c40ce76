import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { openTokenCache } from './authenticate.ts';
import { createScimToken, revokeScimToken } from './scim-tokens.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const WITHIN_MS = 1000;

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function givenToken() {
  const { accountId } = await givenAccount(db);
  const created = await inTransaction(db, (trx) =>
    createScimToken(trx, OPERATOR, accountId, { name: 'Entra' }, new Date()),
  );
  return { accountId, ...created };
}

async function revoke(accountId: string, tokenId: string): Promise<number> {
  await inTransaction(db, (trx) => revokeScimToken(trx, OPERATOR, accountId, tokenId, new Date()));
  return performance.now();
}

/** Asks until the token is refused; returns when the last question was asked that it was accepted for. */
async function lastAcceptance(isAccepted: () => Promise<boolean>): Promise<number> {
  for (let accepted = 0; ;) {
    const asked = performance.now();
    if (!(await isAccepted())) return accepted;
    accepted = asked;
  }
}

async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<Row>(text);
  await client.end();
  return rows;
}

const LISTENERS = `select pid from pg_stat_activity
  where datname = current_database() and query ilike 'listen rollcall%'`;

describe('a revoked token', () => {
  test('is refused within a second when the listener has just been cut off, and it listens again', async () => {
    const { accountId, token, value } = await givenToken();
    const reported: unknown[] = [];
    await using cache = openTokenCache(db, { onError: (error) => reported.push(error) });
    const isAccepted = async () => (await cache.authenticate(accountId, value, '192.0.2.1')) !== undefined;
    await vi.waitFor(async () => expect(await query(LISTENERS)).toHaveLength(1), { timeout: 20_000 });
    expect(await isAccepted()).toBe(true);
    const [before] = await query<{ pid: number }>(LISTENERS);
    await query(`select pg_terminate_backend(pid) from (${LISTENERS}) as listeners`);
    const revokedAt = await revoke(accountId, token.id);
    expect((await lastAcceptance(isAccepted)) - revokedAt).toBeLessThan(WITHIN_MS);
    await vi.waitFor(
      async () => {
        const [after] = await query<{ pid: number }>(LISTENERS);
        expect(after).toBeDefined();
        expect(after).not.toEqual(before);
      },
      { timeout: 20_000 },
    );
    expect(reported).not.toEqual([]);
  });

  test('is refused within a second by another process', async () => {
    const { accountId, token, value } = await givenToken();
    await using other = startOtherProcess(database.url, accountId, value);
    expect(await other.isAccepted()).toBe(true);
    const revokedAt = await revoke(accountId, token.id);
    expect((await lastAcceptance(() => other.isAccepted())) - revokedAt).toBeLessThan(WITHIN_MS);
    await other.finish();
  });
});

function moduleUrl(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}

/** A process with a token cache of its own: for each line that it reads it says whether it accepts the token. */
function startOtherProcess(url: string, accountId: string, value: string) {
  const source = `
    import { createInterface } from 'node:readline';
    import { openDatabase } from ${moduleUrl('../database/connection.ts')};
    import { openTokenCache } from ${moduleUrl('authenticate.ts')};
    const [url, accountId, value] = process.argv.slice(1);
    const db = await openDatabase({ url, onIdleConnectionError: () => {} });
    const cache = openTokenCache(db, { onError: (error) => console.error(error) });
    for await (const _ of createInterface({ input: process.stdin })) {
      const token = await cache.authenticate(accountId, value, '192.0.2.2');
      console.log(token === undefined ? 'refused' : 'accepted');
    }
    await cache[Symbol.asyncDispose]();
    await db.destroy();`;
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', source, url, accountId, value],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async isAccepted(): Promise<boolean> {
      child.stdin.write('?\n');
      const { value: answer } = await answers.next();
      return answer === 'accepted';
    },
    /** Ends it in order: a listener or a timer that were left behind would keep it alive. */
    async finish(): Promise<void> {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
      expect(child.exitCode).toBe(0);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
    },
  };
}
