import { takeTurns } from '../measuring/take-turns.ts';
import { atLeast } from '../report/result-lines.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

/** A bulk request keeps a connection busy for long, and a client sends few at once. */
const CONNECTIONS = 4;

/** `POST /Bulk` that creates many people, each new and in a verified domain, beside one statement that inserts as many. */
export const createInBulk: Row = {
  number: '12',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { small, floor: floorAccount } = bench.dataset;
    const operations = bench.sizes.bulkOperations;
    const bound = { requests: requestsOfOneTurn(bench) };
    const of = await takeTurns(bench, {
      floor: {
        ...floorJob(bench, { kind: 'floorBulk', base: floorPath(floorAccount), operations }),
        connections: CONNECTIONS,
        bound,
      },
      product: {
        ...productJob(bench, gateway, small, { kind: 'createInBulk', base: scimPath(small), operations }),
        connections: CONNECTIONS,
        bound,
      },
    });
    return [
      atLeast(0.3, {
        row: '12',
        work: `POST /Bulk, ${operations} creations`,
        product: of('product'),
        base: { name: `F-bulk(${operations})`, measured: of('floor') },
        peakMemory: gateway.peakMemory(),
      }),
    ];
  },
};

function requestsOfOneTurn({ sizes }: Bench): number {
  return CONNECTIONS * ('seconds' in sizes.turn ? sizes.turn.seconds : 1);
}
