import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { atCommit, inOneFlight, inTransaction, type Trx } from './transaction.ts';

const domainRow = (accountId: string, domain: string) => ({
  account_id: accountId,
  domain,
  created_at: new Date('2026-01-01T00:00:00Z'),
});

function insert(db: Parameters<typeof inOneFlight>[0], accountId: string, domain: string) {
  return db.insertInto('account_domains').values(domainRow(accountId, domain)).returning('domain').compile();
}

async function domainsOf(db: Parameters<typeof inTransaction>[0], accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('account_domains')
    .select('domain')
    .where('account_id', '=', accountId)
    .orderBy('domain')
    .execute();
  return rows.map((row) => row.domain);
}

describe('a transaction', () => {
  it('commits what it wrote, and what was left for the commit', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    await inTransaction(db, async (trx) => {
      atCommit(trx, trx.insertInto('account_domains').values(domainRow(accountId, 'b.example')).compile());
      await trx.insertInto('account_domains').values(domainRow(accountId, 'a.example')).execute();
    });
    expect(await domainsOf(db, accountId)).toEqual(['a.example', 'b.example']);
  });

  it('leaves nothing behind when its work throws', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    const work = inTransaction(db, async (trx) => {
      await trx.insertInto('account_domains').values(domainRow(accountId, 'a.example')).execute();
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await domainsOf(db, accountId)).toEqual([]);
  });

  it('fails with the cause when a statement left for the commit fails, and commits nothing', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: ['taken.example'] });
    const work = inTransaction(db, async (trx) => {
      atCommit(
        trx,
        trx.insertInto('account_domains').values(domainRow(accountId, 'taken.example')).compile(),
      );
      atCommit(trx, trx.insertInto('account_domains').values(domainRow(accountId, 'b.example')).compile());
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await domainsOf(db, accountId)).toEqual(['taken.example']);
  });

  it('sends statements that are issued together without waiting in between', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    const { db } = database;
    const order = await inTransaction(db, async (trx) => {
      const answers: string[] = [];
      await Promise.all(
        ['first', 'second', 'third'].map(async (name) => {
          await sql`select pg_sleep(0.01)`.execute(trx);
          answers.push(name);
        }),
      );
      return answers;
    });
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('runs again after a deadlock, so that both writers succeed', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: ['a.example', 'b.example'] });
    const meeting: PromiseWithResolvers<void>[] = [Promise.withResolvers(), Promise.withResolvers()];
    const touch = (trx: Trx, domain: string) =>
      trx
        .updateTable('account_domains')
        .set({ created_at: new Date() })
        .where('account_id', '=', accountId)
        .where('domain', '=', domain)
        .execute();
    const writer = (first: string, second: string, me: number) =>
      inTransaction(db, async (trx) => {
        await touch(trx, first);
        meeting[me]?.resolve();
        await Promise.all(meeting.map((met) => met.promise));
        await touch(trx, second);
      });
    await expect(
      Promise.all([writer('a.example', 'b.example', 0), writer('b.example', 'a.example', 1)]),
    ).resolves.toBeDefined();
  });

  it('gives its connection back after a failure: a pool of one goes on', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    const { db } = database;
    for (const _ of [1, 2, 3]) {
      await expect(inTransaction(db, (trx) => sql`select 1 / 0`.execute(trx))).rejects.toMatchObject({
        code: '22012',
      });
    }
    const { rows } = await inTransaction(db, (trx) => sql<{ one: number }>`select 1 as one`.execute(trx));
    expect(rows).toEqual([{ one: 1 }]);
  });
});

describe('ids', () => {
  it('are in the order of their making', () => {
    const ids = Array.from({ length: 1000 }, () => newId());
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('a transaction of one round trip', () => {
  it('answers with the rows of its decisive statement, and has committed then', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    const lock = sql`select pg_advisory_xact_lock(1)`.compile(db);
    const rows = await inOneFlight(db, [lock], insert(db, accountId, 'a.example'));
    expect(rows).toEqual([{ domain: 'a.example' }]);
    expect(await domainsOf(db, accountId)).toEqual(['a.example']);
  });

  it('sees what was committed while it waited for its locks', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    const lock = sql`select pg_advisory_xact_lock(1)`.compile(db);
    const domains = db
      .selectFrom('account_domains')
      .select('domain')
      .where('account_id', '=', accountId)
      .compile();
    let waiting: Promise<readonly { domain: string }[]> = Promise.resolve([]);
    await inTransaction(db, async (trx) => {
      await trx.executeQuery(lock);
      waiting = inOneFlight(db, [lock], domains);
      await trx.executeQuery(insert(db, accountId, 'a.example'));
    });
    expect(await waiting).toEqual([{ domain: 'a.example' }]);
  });

  it('fails with the cause, leaves nothing behind, and gives its connection back', async () => {
    await using database = await testDatabase({ poolSize: 1 });
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: ['taken.example'] });
    const flight = inOneFlight(
      db,
      [insert(db, accountId, 'a.example')],
      insert(db, accountId, 'taken.example'),
    );
    await expect(flight).rejects.toMatchObject({ code: '23505' });
    expect(await domainsOf(db, accountId)).toEqual(['taken.example']);
  });

  it('fails when only its commit fails', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    const client = await db.borrowClient();
    await client.query(`
      create function refuse() returns trigger language plpgsql as 'begin raise exception ''too late''; end';
      create constraint trigger refuse_at_commit after insert on account_domains deferrable initially deferred
        for each row execute function refuse()`);
    client.release();
    await expect(inOneFlight(db, [], insert(db, accountId, 'a.example'))).rejects.toThrow('too late');
    expect(await domainsOf(db, accountId)).toEqual([]);
  });
});
