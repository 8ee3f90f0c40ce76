import { groupId } from '../dataset/groups.ts';
import { runJob } from '../measuring/take-turns.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

const CLIENTS = 64;
/** How much longer than the floor each of those that wait for one another may hold the group. */
const TIMES = 3;

/** Many clients add members to one group at once: each waits for those before it, and nobody is lost. */
export const addMembersAtOnce: Row = {
  number: '13',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured } = bench.dataset;
    const groups = { ...measured.largeGroups, count: 1 };
    const before = await countMembers(bench);
    const adds = Math.min(bench.sizes.concurrentAdds, measured.people.count - groups.size);
    const result = await runJob(bench, {
      ...productJob(bench, gateway, measured, {
        kind: 'addMembers',
        base: scimPath(measured),
        groups,
        members: 1,
      }),
      connections: CLIENTS,
      bound: { requests: adds },
    });
    const joined = (await countMembers(bench)) - before;
    const floor = await timeOfOneAdd(bench);
    const most = TIMES * CLIENTS * floor;
    const peakMemory = gateway.peakMemory();
    const work = `${CLIENTS} clients add ${adds} members to one group`;
    const memory = peakMemory === undefined ? {} : { peakMemory };
    return [
      {
        row: '13',
        work,
        rate: result.requests / result.seconds,
        p50: result.p50,
        p99: result.p99,
        ...memory,
        target: 'none lost, none refused',
        found: `${joined} joined, ${adds - (result.statuses[204] ?? 0)} refused`,
        isFact: true,
        ok: joined === adds && result.statuses[204] === adds,
      },
      {
        row: '13',
        work: `the same, p99`,
        p99: result.p99,
        target: `≤ ${most.toFixed(0)} ms (${TIMES} × ${CLIENTS} × F-members(1) of ${floor.toFixed(2)} ms)`,
        found: `${result.p99.toFixed(0)} ms`,
        ok: result.p99 <= most,
      },
    ];
  },
};

/** F-members(1) with nobody else about, in milliseconds. */
async function timeOfOneAdd(bench: Bench): Promise<number> {
  const { floor } = bench.dataset;
  const { p50 } = await runJob(bench, {
    ...floorJob(bench, {
      kind: 'floorMembers',
      base: floorPath(floor),
      groups: floor.largeGroups,
      members: 1,
    }),
    connections: 1,
  });
  return p50;
}

async function countMembers({ database, dataset }: Bench): Promise<number> {
  const { rows } = await database.client.query<{ amount: number }>(
    'select count(*)::int as amount from group_members where account_id = $1 and group_id = $2',
    [dataset.measured.id, groupId(dataset.measured.largeGroups, 0)],
  );
  return rows[0]?.amount ?? 0;
}
