import { setSeatLimit } from '@rollcall/domain/accounts/set-seats';
import { openDatabase } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { runJob, takeTurns } from '../measuring/take-turns.ts';
import type { Service } from '../processes/service.ts';
import type { ResultLine } from '../report/report.ts';
import { atLeast } from '../report/result-lines.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

/** `POST /Users`, each of a new person in a verified domain, who becomes active and licensed at once. */
export const createUser: Row = {
  number: '3',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured, limited, floor: floorAccount } = bench.dataset;
    const of = await takeTurns(bench, {
      floor: {
        ...floorJob(bench, { kind: 'createUser', base: floorPath(floorAccount), path: 'users' }),
        from: floorAccount.people.count,
      },
      unlimited: {
        ...productJob(bench, gateway, measured, {
          kind: 'createUser',
          base: scimPath(measured),
          path: 'Users',
        }),
        from: measured.people.count,
      },
      limited: productJob(bench, gateway, limited, {
        kind: 'createUser',
        base: scimPath(limited),
        path: 'Users',
      }),
    });
    const base = { name: 'F-write', measured: of('floor') };
    const sellingOut = await sellOut(bench, gateway);
    const peakMemory = gateway.peakMemory();
    return [
      atLeast(0.5, {
        row: '3',
        work: 'POST /Users, no seat limit',
        product: of('unlimited'),
        base,
        peakMemory,
      }),
      atLeast(0.15, {
        row: '3',
        work: 'POST /Users, limited seats',
        product: of('limited'),
        base,
        peakMemory,
      }),
      sellingOut,
    ];
  },
};

/** Leaves half as many free seats as there are requests, and counts what was sold. */
async function sellOut(bench: Bench, gateway: Service): Promise<ResultLine> {
  const { limited } = bench.dataset;
  const requests = bench.sizes.connections * 20;
  const free = requests / 2;
  const before = await seatsUsed(bench);
  await limitSeats(bench, before.used + free);
  const { statuses } = await runJob(bench, {
    ...productJob(bench, gateway, limited, {
      kind: 'createUser',
      base: scimPath(limited),
      path: 'Users',
      maySellOut: true,
    }),
    from: 900_000_000,
    bound: { requests },
  });
  const after = await seatsUsed(bench);
  const sold = statuses[201] ?? 0;
  return {
    row: '3',
    work: `${requests} creations for ${free} free seats`,
    target: 'nothing over-sold',
    found: `${sold} created, ${statuses[400] ?? 0} refused`,
    isFact: true,
    ok: sold === free && after.used === before.used + free && after.holders === after.used,
  };
}

/** As counted by the seats, and as held by people. */
async function seatsUsed({ database, dataset }: Bench): Promise<{ used: number; holders: number }> {
  const { rows } = await database.client.query<{ used: number; holders: number }>(
    `select s.seats_used as used, (select count(*)::int from users u
        where u.account_id = s.account_id and u.state = 'active' and u.license_type = 'developer') as holders
      from license_seats s where s.account_id = $1 and s.license_type = 'developer'`,
    [dataset.limited.id],
  );
  if (rows[0] === undefined) throw new Error('The account with limited seats has no limit.');
  return rows[0];
}

async function limitSeats({ database, dataset }: Bench, limit: number): Promise<void> {
  const db = await openDatabase({
    url: database.url,
    poolSize: 1,
    onIdleConnectionError: (error) => {
      throw error;
    },
  });
  try {
    await inTransaction(db, (trx) =>
      setSeatLimit(
        trx,
        { kind: 'operator', name: 'benchmarks' },
        dataset.limited.id,
        'developer',
        limit,
        new Date(),
      ),
    );
  } finally {
    await db.destroy();
  }
}
