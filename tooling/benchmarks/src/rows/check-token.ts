import { takeTurns } from '../measuring/take-turns.ts';
import { within } from '../report/result-lines.ts';
import { productJob, type Row, scimPath } from './row.ts';

/** The cheapest request that needs a token, in an account with one and in one with many. */
export const checkToken: Row = {
  number: '16',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { small, manyTokens } = bench.dataset;
    const of = await takeTurns(bench, {
      one: productJob(bench, gateway, small, { kind: 'readConfiguration', base: scimPath(small) }),
      many: productJob(bench, gateway, manyTokens, { kind: 'readConfiguration', base: scimPath(manyTokens) }),
    });
    return [
      within(1.1, {
        row: '16',
        work: `token check, ${bench.sizes.tokens} tokens in the account`,
        product: of('many'),
        base: { name: 'one token', measured: of('one') },
        peakMemory: gateway.peakMemory(),
      }),
    ];
  },
};
