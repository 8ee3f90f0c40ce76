import { takeTurns } from '../measuring/take-turns.ts';
import { atLeast, within } from '../report/result-lines.ts';
import { floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

/** `GET /Users?filter=userName eq "…"`, which identity providers send before anything else. */
export const findUser: Row = {
  number: '2',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured, small } = bench.dataset;
    const of = await takeTurns(bench, {
      floor: floorJob(bench, { kind: 'floorRead', base: floorPath(measured), people: measured.people }),
      amongMany: productJob(bench, gateway, measured, {
        kind: 'findUser',
        base: scimPath(measured),
        people: measured.people,
      }),
      amongFew: productJob(bench, gateway, small, {
        kind: 'findUser',
        base: scimPath(small),
        people: small.people,
      }),
    });
    const found = { row: '2', product: of('amongMany'), peakMemory: gateway.peakMemory() };
    const work = `GET /Users?filter=userName eq "…", ${measured.people.count} users`;
    return [
      atLeast(0.55, { ...found, work, base: { name: 'F-read', measured: of('floor') } }),
      within(1.3, {
        ...found,
        work,
        base: { name: `${small.people.count} users`, measured: of('amongFew') },
      }),
    ];
  },
};
