import { resetMembers } from '../dataset/groups.ts';
import { takeTurns } from '../measuring/take-turns.ts';
import { within } from '../report/result-lines.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

const MEMBERS = 1_000;

/** PATCH that adds, and one that removes, 1,000 members at once. */
export const addManyMembers: Row = {
  number: '6',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured, floor: floorAccount } = bench.dataset;
    const { client } = bench.database;
    const groups = measured.smallGroups;
    const members = Math.min(MEMBERS, Math.floor(floorAccount.people.count / 10));
    const work = { base: scimPath(measured), groups, members };
    const bound = { requests: requestsOfOneTurn(bench) };
    // Whoever is added in one turn is removed in the next.
    const of = await takeTurns(bench, {
      floor: {
        ...floorJob(bench, {
          kind: 'floorMembers',
          base: floorPath(floorAccount),
          groups: floorAccount.smallGroups,
          members,
        }),
        bound,
        reset: () => resetMembers(client, floorAccount.id, floorAccount.smallGroups),
      },
      adding: {
        ...productJob(bench, gateway, measured, { kind: 'addMembers', ...work }),
        bound,
        reset: nothing,
      },
      removing: {
        ...productJob(bench, gateway, measured, { kind: 'removeMembers', ...work }),
        bound,
        reset: nothing,
      },
    });
    const base = { name: `F-members(${members})`, measured: of('floor') };
    const peakMemory = gateway.peakMemory();
    const added = { row: '6', work: `PATCH /Groups/{id} adds ${members} members`, base, peakMemory };
    return [
      within(2, { ...added, product: of('adding') }),
      within(2, { ...added, work: `PATCH /Groups/{id} removes ${members} members`, product: of('removing') }),
    ];
  },
};

/** About as many as a turn's seconds hold, in whole rounds of the connections. */
function requestsOfOneTurn({ sizes }: Bench): number {
  return sizes.connections * ('seconds' in sizes.turn ? sizes.turn.seconds : 1);
}

async function nothing(): Promise<void> {}
