import { takeTurns } from '../measuring/take-turns.ts';
import { atLeast } from '../report/result-lines.ts';
import { floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

/** `GET /Users/{id}` of random people among a million. */
export const readUser: Row = {
  number: '1',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured } = bench.dataset;
    const { people } = measured;
    const of = await takeTurns(bench, {
      floor: floorJob(bench, { kind: 'floorRead', base: floorPath(measured), people }),
      product: productJob(bench, gateway, measured, { kind: 'readUser', base: scimPath(measured), people }),
    });
    return [
      atLeast(0.6, {
        row: '1',
        work: 'GET /Users/{id}',
        product: of('product'),
        base: { name: 'F-read', measured: of('floor') },
        peakMemory: gateway.peakMemory(),
      }),
    ];
  },
};
