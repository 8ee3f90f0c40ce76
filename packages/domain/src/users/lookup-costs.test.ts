import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { answerAtAddress } from '../invitations/answer-at-address.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { lockUser, isNameTaken, lockNameHolders } from './users.repository.ts';

const PEOPLE = 30_000;

describe('among thirty thousand people, rows of users read', () => {
  it('by each look-up of a write are a handful', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { accountId, actor } = await givenAccount(db);
    const now = new Date();
    await sql`
      insert into users (account_id, id, state, deleted_by, scim_managed, user_name, attributes, email_keys, license_type,
        license_source, created_at, updated_at)
      select ${accountId}, gen_random_uuid(), case when n % 10 = 0 then 'deleted' else 'active' end,
        case when n % 10 = 0 then 'scim' end, true, 'person' || n || '@acme.example', '{}',
        array['person' || n || '@acme.example'], 'developer', 'default', ${now}, ${now}
      from generate_series(1, ${PEOPLE}::int) as n`.execute(db);
    const plain = new pg.Client({ connectionString: database.url });
    await plain.connect();
    await plain.query('analyze users');
    await plain.end();
    const someone = await db
      .selectFrom('users')
      .select('id')
      .where('account_id', '=', accountId)
      .limit(1)
      .executeTakeFirstOrThrow();

    const costs = {
      'who has a name': await rowsRead(db, (trx) =>
        lockNameHolders(trx, accountId, 'PERSON500@acme.example'),
      ),
      'whether a name is taken': await rowsRead(db, (trx) =>
        isNameTaken(trx, accountId, 'nobody@acme.example', someone.id),
      ),
      'a person by id': await rowsRead(db, (trx) => lockUser(trx, accountId, someone.id, 'in_scim')),
      'whom an address waits for': await rowsRead(db, (trx) =>
        answerAtAddress(trx, actor, accountId, 'person7@acme.example', now).catch(() => undefined),
      ),
    };
    expect(Object.entries(costs).filter(([, rows]) => rows >= 10)).toEqual([]);
  });
});

async function rowsRead(
  db: Parameters<typeof inTransaction>[0],
  lookup: (trx: Trx) => Promise<unknown>,
): Promise<number> {
  return inTransaction(db, async (trx) => {
    await lookup(trx);
    const { rows } = await sql<{ read: number }>`
      select s.seq_tup_read + s.idx_tup_fetch as read from pg_stat_xact_user_tables s
      where s.relname = 'users'`.execute(trx);
    return rows[0]?.read ?? 0;
  });
}
