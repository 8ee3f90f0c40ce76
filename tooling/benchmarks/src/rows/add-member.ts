import { type Groups, resetMembers } from '../dataset/groups.ts';
import { takeTurns } from '../measuring/take-turns.ts';
import { atLeast, within } from '../report/result-lines.ts';
import { floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

/** PATCH that adds one member, in as many groups as there are connections: how long a group is held is row 13's. */
export const addMember: Row = {
  number: '5',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured, floor: floorAccount } = bench.dataset;
    const { client } = bench.database;
    const adding = (groups: Groups) => ({
      ...productJob(bench, gateway, measured, {
        kind: 'addMembers',
        base: scimPath(measured),
        groups,
        members: 1,
      }),
      reset: () => resetMembers(client, measured.id, groups),
    });
    const of = await takeTurns(bench, {
      floor: {
        ...floorJob(bench, {
          kind: 'floorMembers',
          base: floorPath(floorAccount),
          groups: floorAccount.smallGroups,
          members: 1,
        }),
        reset: () => resetMembers(client, floorAccount.id, floorAccount.smallGroups),
      },
      large: adding(measured.largeGroups),
      small: adding(measured.smallGroups),
    });
    const work = `PATCH /Groups/{id} adds one member, group of ${measured.largeGroups.size}`;
    const found = { row: '5', work, product: of('large'), peakMemory: gateway.peakMemory() };
    return [
      atLeast(0.4, { ...found, base: { name: 'F-members(1)', measured: of('floor') } }),
      within(1.3, {
        ...found,
        base: { name: `group of ${measured.smallGroups.size}`, measured: of('small') },
      }),
    ];
  },
};
