import { takeTurns } from '../measuring/take-turns.ts';
import { atLeast } from '../report/result-lines.ts';
import { floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

const MOST_PEOPLE = 20_000;

/** `PATCH /Users/{id}` that deactivates people and brings them back: each one is a change. */
export const changeUser: Row = {
  number: '4',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured, floor: floorAccount } = bench.dataset;
    const count = Math.min(MOST_PEOPLE, floorAccount.people.count);
    const of = await takeTurns(bench, {
      floor: floorJob(bench, {
        kind: 'floorChange',
        base: floorPath(floorAccount),
        people: { ...floorAccount.people, count },
      }),
      product: productJob(bench, gateway, measured, {
        kind: 'setActive',
        base: scimPath(measured),
        people: { ...measured.people, count },
      }),
    });
    return [
      atLeast(0.6, {
        row: '4',
        work: 'PATCH /Users/{id} active',
        product: of('product'),
        base: { name: 'F-tx', measured: of('floor') },
        peakMemory: gateway.peakMemory(),
      }),
    ];
  },
};
