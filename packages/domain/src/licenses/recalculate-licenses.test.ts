import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { setSeatLimit } from '../accounts/set-seats.ts';
import type { Actor } from '../actor.ts';
import { callerWith } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { newId } from '../ids.ts';
import { findJob, type Job } from '../jobs/jobs.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import type { LicenseMappingChanges } from './license-mappings.ts';
import { isLicenseType, type LicenseType } from './license-type.ts';
import { countPeople, everybody, insertPeople, type PersonRow } from './licensed-account-testing.ts';
import { previewLicenseMappings } from './preview-license-mappings.ts';
import { recalculateBatch } from './recalculate-licenses.ts';
import { setLicenseMappings } from './set-license-mappings.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const OLGA = { kind: 'administrator', id: newId(), name: 'Olga' } as const;
const CALLER = callerWith(OLGA, null, ['account_admin']);
const NOW = new Date('2026-11-22T08:00:00.000Z');
const IN_OPS: PersonRow = { sign_in_groups: ['Ops'] };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function givenLargeAccount(
  people: readonly PersonRow[],
  seats: Partial<Record<LicenseType, number>> = {},
) {
  const account = await givenAccount(db);
  const { accountId } = account;
  const ids = await insertPeople(db, accountId, people);
  for (const [licenseType, limit] of Object.entries(seats)) {
    if (!isLicenseType(licenseType)) continue;
    await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, licenseType, limit, NOW));
  }
  // As many more as make the account one that is recalculated by a job.
  await countPeople(db, accountId, 10_000);
  return {
    ...account,
    ids,
    async map(mappings: LicenseMappingChanges, previewToken?: string): Promise<Job> {
      const { recalculation } = await inTransaction(db, (trx) =>
        setLicenseMappings(trx, CALLER, accountId, { mappings, previewToken }, NOW),
      );
      if (recalculation === null) throw new Error('Nothing is recalculated.');
      return recalculation;
    },
    batch: (job: Job) => inTransaction(db, (trx) => recalculateBatch(trx, { accountId, jobId: job.id }, NOW)),
    async toTheEnd(job: Job): Promise<Job | undefined> {
      while ((await this.batch(job)) === 'more');
      return findJob(db, accountId, job.id);
    },
    async seatMiscounts() {
      return (await findMiscounts(db)).filter(
        (each) => each.accountId === accountId && each.what !== 'users',
      );
    },
    async licenses(): Promise<(LicenseType | null)[]> {
      return (await everybody(db, accountId)).map(({ licenseType }) => licenseType);
    },
  };
}

async function authorsOfChanges(accountId: string): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select e.actor_kind as kind, e.actor_id as id, e.actor_name as name, e.detail ->> 'jobId' as "jobId",
      count(*)::int as people
    from audit_events e where e.account_id = ${accountId} and e.kind = 'user.license_changed' group by 1, 2, 3, 4`.execute(
    db,
  );
  return rows;
}

function several(amount: number, person: PersonRow): PersonRow[] {
  return Array.from({ length: amount }, () => person);
}

describe('in a large account, a changed mapping', () => {
  test('is in force at once, and a job brings everybody what the preview said', async () => {
    const account = await givenLargeAccount([...several(620, IN_OPS), { sign_in_groups: ['Sales'] }, {}], {
      it: 600,
    });
    const { accountId } = account;
    const mappings = { it: ['Ops'] };
    const { licenses, token } = await previewLicenseMappings(db, CALLER, accountId, mappings, NOW);
    const job = await account.map(mappings, token);
    expect(new Set(await account.licenses())).toEqual(new Set(['developer']));
    const done = await account.toTheEnd(job);
    expect(done).toMatchObject({
      state: 'succeeded',
      error: null,
      result: {
        licensesChanged: 601,
        keptForWantOfSeat: 20,
        moves: licenses.moves,
        differences: [],
      },
    });
    expect(await authorsOfChanges(accountId)).toEqual([
      { kind: 'administrator', id: OLGA.id, name: 'Olga', jobId: job.id, people: 601 },
    ]);
    const held = await account.licenses();
    expect(held.slice(0, 600)).toEqual(several(600, IN_OPS).map(() => 'it'));
    expect(held.slice(600)).toEqual(several(22, IN_OPS).map(() => 'developer'));
    expect(
      (await previewLicenseMappings(db, CALLER, accountId, { it: ['Ops', 'x'] }, NOW)).licenses.moves,
    ).toEqual([{ from: 'developer', to: 'it', people: 20, kept: 20 }]);
  });

  test('is carried to its end by a job that is killed in the middle of a batch', async () => {
    const account = await givenLargeAccount(several(1100, IN_OPS));
    const job = await account.map({ read_only: ['Ops'] });
    expect(await account.batch(job)).toBe('more');
    // What a process that dies leaves behind: a transaction that is never committed.
    await expect(
      inTransaction(db, async (trx) => {
        await recalculateBatch(trx, { accountId: account.accountId, jobId: job.id }, NOW);
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect(await findJob(db, account.accountId, job.id)).toMatchObject({
      state: 'running',
      progress: { done: 500, total: 11_100 },
    });
    expect(await account.toTheEnd(job)).toMatchObject({ result: { licensesChanged: 1100 } });
    expect(new Set(await account.licenses())).toEqual(new Set(['read_only']));
  });

  test('and another in the middle of its job: everybody ends with what the last one says', async () => {
    const account = await givenLargeAccount(several(1100, IN_OPS), { it: 10 });
    const first = await account.map({ read_only: ['Ops'] });
    await account.batch(first);
    const second = await account.map({ read_only: [], it: ['Ops'] });
    const [one, two] = await Promise.all([account.toTheEnd(first), account.toTheEnd(second)]);
    expect([one?.state, two?.state]).toEqual(['succeeded', 'succeeded']);
    const held = await account.licenses();
    expect(held.filter((licenseType) => licenseType === 'it')).toHaveLength(10);
    expect(await account.seatMiscounts()).toEqual([]);
  });

  test('is told of by what is different, when people changed while the job ran', async () => {
    const account = await givenLargeAccount(several(600, IN_OPS));
    const { accountId, ids } = account;
    const mappings = { it: ['Ops'] };
    const { token } = await previewLicenseMappings(db, CALLER, accountId, mappings, NOW);
    const job = await account.map(mappings, token);
    await account.batch(job);
    await db
      .updateTable('users')
      .set({ sign_in_groups: ['Sales'] })
      .where('account_id', '=', accountId)
      .where('id', '=', ids.at(-1) ?? '')
      .execute();
    expect(await account.toTheEnd(job)).toMatchObject({
      result: {
        differences: [
          'People from developer to it: 600 in the preview, 599 now.',
          'People who keep developer for another reason: none in the preview, 1 now.',
        ],
      },
    });
  });

  test('meets SCIM writes beside its job: no seat is oversold, nobody is lost', async () => {
    const account = await givenLargeAccount(several(900, IN_OPS), { it: 400, developer: 2000 });
    const idp = identityProvider(db, account);
    const job = await account.map({ it: ['Ops'] });
    const writes = Array.from({ length: 24 }, (_, index) =>
      idp.post({ userName: `new-${index}-${newId()}@acme.example`, licenseType: 'it' }),
    );
    const changes = account.ids.slice(0, 24).map((id) => idp.patch(id, { licenseType: 'read_only' }));
    const [created, changed] = await Promise.all([
      Promise.allSettled(writes),
      Promise.all(changes),
      account.toTheEnd(job),
    ]);
    // Whoever comes when the job has given out the last seat is refused for it, and for nothing else.
    const refused = created.flatMap((each) => (each.status === 'rejected' ? [reasonOf(each.reason)] : []));
    expect(refused).toEqual(refused.map(() => 'no_free_seat'));
    const people = await everybody(db, account.accountId);
    expect(people).toHaveLength(900 + created.length - refused.length);
    expect(people.filter(({ licenseType }) => licenseType === 'it').length).toBeLessThanOrEqual(400);
    expect(people.filter(({ licenseType }) => licenseType === 'read_only')).toHaveLength(changed.length);
    expect(await account.seatMiscounts()).toEqual([]);
  });

  test('of another account is not touched by a job', async () => {
    const [own, other] = [
      await givenLargeAccount(several(3, IN_OPS)),
      await givenLargeAccount(several(3, IN_OPS)),
    ];
    const job = await own.map({ it: ['Ops'] });
    expect(
      await inTransaction(db, (trx) =>
        recalculateBatch(trx, { accountId: other.accountId, jobId: job.id }, NOW),
      ),
    ).toBe('done');
    expect(await other.licenses()).toEqual(['developer', 'developer', 'developer']);
  });
});

test('seats that a lower limit takes away are taken from nobody', async () => {
  const account = await givenLargeAccount(several(3, { license_type: 'it', ...IN_OPS }), { it: 3 });
  await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, account.accountId, 'it', 1, NOW));
  const job = await account.map({ it: ['Ops'] });
  expect(await account.toTheEnd(job)).toMatchObject({ result: { licensesChanged: 3, keptForWantOfSeat: 0 } });
  expect(await account.licenses()).toEqual(['it', 'it', 'it']);
});

function reasonOf(error: unknown): string {
  return error instanceof RefusedError ? error.reason : String(error);
}
