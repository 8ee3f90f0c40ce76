import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { inTransaction } from './transaction.ts';

describe('statements that travel together', () => {
  it('are each answered with their own rows, also the same one with other values', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    for (const round of [1, 2]) {
      const answers = await inTransaction(database.db, (trx) =>
        Promise.all([
          ask(round).execute(trx),
          sql`select where false`.execute(trx),
          ask(round + 10).execute(trx),
          sql<{ n: number }>`select n from generate_series(1, 3) as n`.execute(trx),
        ]),
      );
      expect(answers.map(({ rows }) => rows)).toEqual([
        [{ value: round }],
        [],
        [{ value: round + 10 }],
        [{ n: 1 }, { n: 2 }, { n: 3 }],
      ]);
    }
  });

  it('each see what those before them did', async () => {
    await using database = await testDatabase();
    const { accountId } = await givenAccount(database.db, { verifiedDomains: [] });
    const [inserted, seen] = await inTransaction(database.db, (trx) =>
      Promise.all([
        sql`
          insert into account_domains (account_id, domain, created_at)
          values (${accountId}, 'a.example', now()), (${accountId}, 'b.example', now())`.execute(trx),
        sql`select domain from account_domains where account_id = ${accountId} order by domain`.execute(trx),
      ]),
    );
    expect(inserted.numAffectedRows).toBe(2n);
    expect(seen.rows).toEqual([{ domain: 'a.example' }, { domain: 'b.example' }]);
  });

  it('are skipped behind one that failed, and can be sent again', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    const never = sql<{ one: number }>`select 1 as one`;
    const answered = sql`select 'before'`;
    const codes: unknown[] = [];
    await expect(
      inTransaction(database.db, async (trx) => {
        const results = await Promise.allSettled([
          answered.execute(trx),
          divide(0).execute(trx),
          never.execute(trx),
        ]);
        codes.push(...results.map((result) => result.status === 'rejected' && codeOf(result.reason)));
        throw new Error('as planned');
      }),
    ).rejects.toThrow('as planned');
    expect(codes).toEqual([false, '22012', '22012']);

    const [quotient, one] = await inTransaction(database.db, (trx) =>
      Promise.all([divide(2).execute(trx), never.execute(trx)]),
    );
    expect([quotient.rows, one.rows]).toEqual([[{ quotient: 3 }], [{ one: 1 }]]);
  });

  it('can be sent again after what they return has changed', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    const id = newId();
    const read = sql`select a.* from account_domains a where a.account_id = ${id}`;
    expect((await read.execute(database.db)).rows).toEqual([]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('alter table account_domains add column remark text');
    await client.end();
    await expect(read.execute(database.db)).rejects.toMatchObject({ code: '0A000' });
    expect((await read.execute(database.db)).rows).toEqual([]);
  });

  it('fail when their connection is lost, and the pool goes on with another one', async () => {
    await using database = await testDatabase({ poolSize: 2 });
    const { db } = database;
    const lost = inTransaction(db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await Promise.all([
        sql`select pg_sleep(30)`.execute(trx),
        sql`select 1`.execute(trx),
        sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(db),
      ]);
    });
    await expect(lost).rejects.toMatchObject({ code: '57P01' });
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });
});

function ask(value: number) {
  return sql<{ value: number }>`select ${value}::int as value`;
}

function divide(by: number) {
  return sql<{ quotient: number }>`select 6 / ${by}::int as quotient`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}
