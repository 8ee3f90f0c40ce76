import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import type { Actor } from '../actor.ts';
import { openDatabase } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { openTokenCache, type TokenCacheOptions } from './authenticate.ts';
import { updateScimConfiguration } from './configure-scim.ts';
import { createScimToken, listScimTokens, revokeScimToken } from './scim-tokens.ts';
import { createServiceToken } from './service-tokens.ts';
import { newTokenValue } from './token-value.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const ADDRESS = '192.0.2.7';

const database = await testDatabase({ poolSize: 20 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

/** A token cache that listens already, on clocks that stand still until they are moved. */
async function openStill(options: Partial<TokenCacheOptions> = {}) {
  const others = await listeners();
  const clock = { now: new Date(), elapsed: 0 };
  const cache = openTokenCache(db, {
    onError: failTest,
    now: () => clock.now,
    elapsed: () => clock.elapsed,
    ...options,
  });
  await eventually(async () => {
    const itself = (await listeners()).filter((pid) => !others.includes(pid));
    expect(itself).toHaveLength(1);
  });
  return { cache, clock, [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose]() };
}

function failTest(error: unknown): void {
  throw error;
}

/** Other work on the machine may make it late; only never is a failure. */
function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000 });
}

function createToken(accountId: string, expiresAt?: Date) {
  return inTransaction(db, (trx) =>
    createScimToken(trx, OPERATOR, accountId, { name: 'Okta', expiresAt }, new Date()),
  );
}

async function givenToken(scim: Parameters<typeof givenAccount>[1] = {}) {
  const { accountId } = await givenAccount(db, scim);
  const { token, value } = await createToken(accountId);
  return { accountId, token, value };
}

function revoke(accountId: string, tokenId: string) {
  return inTransaction(db, (trx) => revokeScimToken(trx, OPERATOR, accountId, tokenId, new Date()));
}

/** Revokes without telling anybody, as if every announcement were lost. */
async function revokeSilently(accountId: string, tokenId: string): Promise<void> {
  await db
    .updateTable('scim_tokens')
    .set({ revoked_at: new Date() })
    .where('account_id', '=', accountId)
    .where('id', '=', tokenId)
    .execute();
}

/** Holds a table so that statements which read it wait until the lock is disposed of. */
async function holdTable(table: 'scim_tokens' | 'scim_configurations') {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in access exclusive mode`);
  return {
    async release() {
      await client.query('commit');
      await client.end();
    },
  };
}

async function countWaiting(table: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rowCount } = await client.query(
    `select from pg_locks where relation = $1::regclass and not granted`,
    [table],
  );
  await client.end();
  return rowCount ?? 0;
}

async function listeners(): Promise<number[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and query ilike 'listen rollcall%' and state = 'idle'`,
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}

describe('authenticate', () => {
  test('knows a token of the account, with the settings that requests are read by', async () => {
    const { accountId, token, value } = await givenToken({
      scim: { dialects: 'strict', user_name_policy: 'any' },
    });
    await using still = await openStill();
    const expected = {
      accountId,
      tokenId: token.id,
      tokenName: 'Okta',
      settings: { accountId, scim: { enabled: true, dialects: 'strict', userNamePolicy: 'any' } },
    };
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toMatchObject(expected);
    expect(await still.cache.authenticate(accountId.toUpperCase(), value, ADDRESS)).toMatchObject(expected);
  });

  test('knows nothing but a token in force of that very account', async () => {
    const { accountId, value } = await givenToken();
    const other = await givenToken();
    const revoked = await createToken(accountId);
    await revoke(accountId, revoked.token.id);
    const service = await inTransaction(db, (trx) =>
      createServiceToken(
        trx,
        OPERATOR,
        accountId,
        { name: 's', permissionSets: ['account_admin'] },
        new Date(),
      ),
    );
    await using still = await openStill();
    const attempts: [string, string][] = [
      [accountId, other.value],
      [other.accountId, value],
      [newId(), value],
      [accountId, revoked.value],
      [accountId, service.value],
      [accountId, newTokenValue('scim')],
      [accountId, `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`],
      [accountId, ''],
      [accountId, `${value} `],
      [accountId, '\0'],
      ['no id', value],
      ['', value],
      ["' or true --", value],
    ];
    for (const [account, bearer] of attempts) {
      expect(await still.cache.authenticate(account, bearer, ADDRESS)).toBeUndefined();
    }
  });

  test('asks the database neither about a mistyped token nor about what is no account id', async () => {
    const reported: unknown[] = [];
    await using unreachable = await openDatabase({
      url: 'postgres://nobody:nothing@127.0.0.1:1/none',
      onIdleConnectionError: failTest,
    }).then((opened) => Object.assign(opened, { [Symbol.asyncDispose]: () => opened.destroy() }));
    await using cache = openTokenCache(unreachable, { onError: (error) => reported.push(error) });
    const value = newTokenValue('scim');
    expect(await cache.authenticate(newId(), `${value}x`, ADDRESS)).toBeUndefined();
    expect(await cache.authenticate('no id', value, ADDRESS)).toBeUndefined();
    await expect(cache.authenticate(newId(), value, ADDRESS)).rejects.toThrowError('ECONNREFUSED');
  });

  test('refuses a token exactly from its expiry on, remembered or not', async () => {
    const { accountId } = await givenAccount(db);
    const expiresAt = new Date(Date.now() + 60_000);
    const { value } = await createToken(accountId, expiresAt);
    await using still = await openStill();
    still.clock.now = new Date(expiresAt.getTime() - 1);
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeDefined();
    still.clock.now = expiresAt;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
    still.clock.elapsed = 10_000;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
  });

  test('finds one of 10,000 tokens of an account through the index', async () => {
    const { accountId, value } = await givenToken();
    await sql`
      insert into scim_tokens (account_id, id, name, digest, hint, created_by, created_at)
      select ${accountId}::uuid, gen_random_uuid(), 'one of many', sha256(n::text::bytea), 'rcs_…', '{}', now()
      from generate_series(1, 10000) as n`.execute(db);
    await using still = await openStill();
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeDefined();
    const plan = await sql<{ 'QUERY PLAN': string }>`
      explain select t.id from scim_tokens t
      where t.account_id = ${accountId} and t.digest = ${Buffer.alloc(32)} and t.revoked_at is null`.execute(
      db,
    );
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('scim_tokens_digest_key');
  });
});

describe('what is remembered of a token', () => {
  test('is believed for less than 750 ms, without asking again', async () => {
    const { accountId, token, value } = await givenToken();
    await using still = await openStill();
    await still.cache.authenticate(accountId, value, ADDRESS);
    await revokeSilently(accountId, token.id);
    still.clock.elapsed = 749;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeDefined();
    still.clock.elapsed = 750;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
  });

  test('is as old as the question, however long the answer took', async () => {
    const { accountId, token, value } = await givenToken();
    await using still = await openStill();
    await still.cache.authenticate(accountId, newTokenValue('scim'), ADDRESS);
    const table = await holdTable('scim_configurations');
    const slow = still.cache.authenticate(accountId, value, ADDRESS);
    await eventually(async () => expect(await countWaiting('scim_configurations')).toBe(1));
    still.clock.elapsed = 700;
    await table.release();
    expect(await slow).toBeDefined();
    await revokeSilently(accountId, token.id);
    still.clock.elapsed = 750;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
  });

  test('is asked for once by all requests that come meanwhile', async () => {
    const { accountId, value } = await givenToken();
    await using still = await openStill();
    const table = await holdTable('scim_tokens');
    const requests = Array.from({ length: 50 }, () => still.cache.authenticate(accountId, value, ADDRESS));
    await eventually(async () => expect(await countWaiting('scim_tokens')).toBeGreaterThan(0));
    expect(await countWaiting('scim_tokens')).toBe(1);
    await table.release();
    for (const authenticated of await Promise.all(requests)) expect(authenticated).toBeDefined();
  });

  test('does not come back from an answer that was on its way when the token was revoked', async () => {
    const { accountId, token, value } = await givenToken();
    const witness = await createToken(accountId);
    await using still = await openStill();
    expect(await still.cache.authenticate(accountId, witness.value, ADDRESS)).toBeDefined();
    await revokeSilently(accountId, witness.token.id);
    const table = await holdTable('scim_configurations');
    const slow = still.cache.authenticate(accountId, value, ADDRESS);
    await eventually(async () => expect(await countWaiting('scim_configurations')).toBe(1));
    await revoke(accountId, token.id);
    // The clocks stand still, so only the announcement can end what is known of the witness.
    await eventually(async () =>
      expect(await still.cache.authenticate(accountId, witness.value, ADDRESS)).toBeUndefined(),
    );
    await table.release();
    await slow;
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
  });

  test('ends with an announced revocation in every cache, before its time', async () => {
    const { accountId, token, value } = await givenToken();
    await using first = await openStill();
    await using second = await openStill();
    expect(await first.cache.authenticate(accountId, value, ADDRESS)).toBeDefined();
    expect(await second.cache.authenticate(accountId, value, ADDRESS)).toBeDefined();
    await revoke(accountId, token.id);
    await eventually(async () => {
      expect(await first.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
      expect(await second.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
    });
  });

  test('follows a change of the account settings', async () => {
    const { accountId, value } = await givenToken();
    await using still = await openStill();
    await still.cache.authenticate(accountId, value, ADDRESS);
    await inTransaction(db, (trx) =>
      updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, { enabled: false }, new Date()),
    );
    await eventually(async () => {
      const authenticated = await still.cache.authenticate(accountId, value, ADDRESS);
      expect(authenticated?.settings.scim.enabled).toBe(false);
    });
  });

  test('takes no more room than it is given', async () => {
    const { accountId, token, value } = await givenToken();
    await using still = await openStill({ mostTokens: 2 });
    await still.cache.authenticate(accountId, value, ADDRESS);
    for (const other of [await createToken(accountId), await createToken(accountId)]) {
      expect(await still.cache.authenticate(accountId, other.value, ADDRESS)).toBeDefined();
    }
    await revokeSilently(accountId, token.id);
    expect(await still.cache.authenticate(accountId, value, ADDRESS)).toBeUndefined();
  });
});

describe('the last use of a token', () => {
  test('is written once a minute by all caches together, with the address', async () => {
    const { accountId, value } = await givenToken();
    const lastUse = async () => {
      const [token] = await listScimTokens(db, accountId);
      return [token?.lastUsedAt, token?.lastUsedAddress];
    };
    const now = new Date();
    const later = new Date(now.getTime() + 60_000);
    {
      await using first = await openStill({ now: () => now });
      await first.cache.authenticate(accountId, value, '192.0.2.1');
      await using second = await openStill({ now: () => new Date(now.getTime() + 59_999) });
      await second.cache.authenticate(accountId, value, '192.0.2.2');
    }
    expect(await lastUse()).toEqual([now, '192.0.2.1']);
    {
      await using third = await openStill({ now: () => later });
      await third.cache.authenticate(accountId, value, '2001:db8::3');
    }
    expect(await lastUse()).toEqual([later, '2001:db8::3']);
  });
});
