import type { SearchBy } from '../load/workload.ts';
import { takeTurns } from '../measuring/take-turns.ts';
import { within } from '../report/result-lines.ts';
import { productJob, type Row, scimPath } from './row.ts';

/** Searches that indexes serve, each for something that one person has, beside the look-up of one user name. */
export const searchUsers: Row = {
  number: '11',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured } = bench.dataset;
    const { people } = measured;
    const base = scimPath(measured);
    const search = (by: SearchBy) =>
      productJob(bench, gateway, measured, { kind: 'search', base, people, by });
    const of = await takeTurns(bench, {
      'userName eq': productJob(bench, gateway, measured, { kind: 'findUser', base, people }),
      'userName sw': search('userName sw'),
      'userName co': search('userName co'),
      'externalId eq': search('externalId eq'),
      'emails eq': search('emails eq'),
    });
    const peakMemory = gateway.peakMemory();
    return SEARCHES.map(([by, filter]) =>
      within(3, {
        row: '11',
        work: `GET /Users?filter=${filter}, ${people.count} users`,
        product: of(by),
        base: { name: 'userName eq', measured: of('userName eq') },
        peakMemory,
      }),
    );
  },
};

const SEARCHES = [
  ['userName sw', 'userName sw "…"'],
  ['userName co', 'userName co "…"'],
  ['externalId eq', 'externalId eq "…"'],
  ['emails eq', 'emails[type eq "work"].value eq "…"'],
] as const;
