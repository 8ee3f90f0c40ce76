import { resolve } from 'node:path';
import { askAdminApi } from '../load/ask-admin-api.ts';
import { peopleQuery } from '../load/people-query.ts';
import { takeTurns } from '../measuring/take-turns.ts';
import { forkChild } from '../processes/child.ts';
import { atLeast } from '../report/result-lines.ts';
import type { Row } from './row.ts';

const FLOOR = resolve(import.meta.dirname, '../floors/graphql-floor.ts');
const USERS = 50;

/** GraphQL: a page of 50 people with licenses, the reasons for them, and groups. */
export const queryPeople: Row = {
  number: '15',
  async run(bench) {
    const { sizes, dataset } = bench;
    const { serviceToken } = dataset.measured;
    await using api = await bench.startService('admin-api');
    await using floor = forkChild(FLOOR, { NODE_ENV: 'production' });
    const body = peopleQuery(USERS, null);
    // The floor answers the same from memory.
    floor.send(await askAdminApi(api.url, serviceToken, body));
    const work = { kind: 'queryPeople', body, users: USERS } as const;
    const job = { connections: sizes.connections, work, from: 0, bound: sizes.turn };
    const of = await takeTurns(bench, {
      floor: { ...job, url: await urlOf(floor), token: '-' },
      product: { ...job, url: api.url, token: serviceToken },
    });
    return [
      atLeast(0.4, {
        row: '15',
        work: `GraphQL: ${USERS} people with licenses, reasons and groups`,
        product: of('product'),
        base: { name: 'F-graphql', measured: of('floor') },
        peakMemory: api.peakMemory(),
      }),
    ];
  },
};

async function urlOf(floor: { receive(): Promise<unknown> }): Promise<string> {
  const message = await floor.receive();
  if (typeof message === 'object' && message !== null && 'port' in message) {
    return `http://127.0.0.1:${String(message.port)}`;
  }
  throw new Error('F-graphql did not say where it listens.');
}
