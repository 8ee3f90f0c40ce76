import { setTimeout as pause } from 'node:timers/promises';
import type { ProvisionedAccount } from '../dataset/dataset.ts';
import { askAdminApi } from '../load/ask-admin-api.ts';
import { median } from '../measuring/measured.ts';
import { runJob } from '../measuring/take-turns.ts';
import type { Service } from '../processes/service.ts';
import type { ResultLine } from '../report/report.ts';
import { type Bench, productJob, type Row, scimPath } from './row.ts';

const TIMES_LARGER = 10;
const TIMES_LONGER = 12;
const TIMES_SLOWER = 2;
const REQUESTS_A_SECOND = 200;
const MOST_TURNS = 3;
const LOOK_EVERY_MS = 20;

/** Taking everybody out of a default group: how its time grows, and what it does to those who provision meanwhile. */
export const cleanUpDefaultGroups: Row = {
  number: '17',
  async run(bench) {
    const { fewToCleanUp, manyToCleanUp } = bench.dataset;
    await using api = await bench.startService('admin-api');
    await using worker = await bench.startService('worker');
    const few: number[] = [];
    const many: number[] = [];
    for (let turn = 0; turn < Math.min(bench.sizes.turns, MOST_TURNS); turn += 1) {
      few.push(await cleanUp(bench, api, fewToCleanUp));
      many.push(await cleanUp(bench, api, manyToCleanUp));
    }
    const growth = median(many) / median(few);
    const left = await membersOfEveryone(bench, manyToCleanUp);
    const amount = manyToCleanUp.people.count;
    const peakMemory = worker.peakMemory();
    return [
      {
        row: '17',
        work: `default-group cleanup of ${amount} members, beside one of ${fewToCleanUp.people.count}`,
        ratio: growth,
        ...(peakMemory !== undefined && { peakMemory }),
        target: `≤ ${TIMES_LONGER.toFixed(1)} for ${TIMES_LARGER} times as many`,
        found: `${median(many).toFixed(1)} s and ${median(few).toFixed(1)} s`,
        ok: growth <= TIMES_LONGER,
      },
      {
        row: '17',
        work: 'members after each cleanup was undone',
        target: 'all of them again',
        found: `${left} of ${amount}`,
        isFact: true,
        ok: left === amount,
      },
      await whileProvisioned(bench, api, median(many)),
    ];
  },
};

/** Seconds from the start of the job to its end. Undone afterwards. */
async function cleanUp(bench: Bench, api: Service, account: ProvisionedAccount): Promise<number> {
  const id = await plan(api, account);
  const started = performance.now();
  await change(api, account, 'defaultGroupCleanupStart', id);
  await reached(bench, account, 'applied');
  const seconds = (performance.now() - started) / 1_000;
  if ((await membersOfEveryone(bench, account)) !== 0)
    throw new Error('The cleanup left people in Everyone.');
  await change(api, account, 'defaultGroupCleanupUndo', id);
  await reached(bench, account, 'undone');
  return seconds;
}

/** The slowest of the account's SCIM requests, at a steady rate, without and with a cleanup under way. */
async function whileProvisioned(bench: Bench, api: Service, seconds: number): Promise<ResultLine> {
  const account = bench.dataset.manyToCleanUp;
  await using gateway = await bench.startGateway();
  const work = { kind: 'setActive', base: scimPath(account), people: account.people } as const;
  const bound =
    'seconds' in bench.sizes.turn
      ? { seconds: Math.max(2, Math.min(30, Math.floor(seconds))) }
      : bench.sizes.turn;
  const job = { ...productJob(bench, gateway, account, work), bound, rate: REQUESTS_A_SECOND };
  // Twice, since the first requests of a process are its slowest.
  const warm = await runJob(bench, job);
  const alone = await runJob(bench, { ...job, from: warm.next });
  const id = await plan(api, account);
  const load = runJob(bench, { ...job, from: alone.next });
  await change(api, account, 'defaultGroupCleanupStart', id);
  const beside = await load;
  await reached(bench, account, 'applied');
  const slower = beside.p99 / alone.p99;
  return {
    row: '17',
    work: `${REQUESTS_A_SECOND} PATCH /Users/{id} active a second, p99 while it runs`,
    rate: beside.requests / beside.seconds,
    p50: beside.p50,
    p99: beside.p99,
    ratio: slower,
    target: `≤ ${TIMES_SLOWER.toFixed(1)} of ${alone.p99.toFixed(1)} ms without`,
    ok: slower <= TIMES_SLOWER,
  };
}

async function plan(api: Service, { serviceToken }: ProvisionedAccount): Promise<string> {
  const query = `mutation { defaultGroupCleanupPlan(input: { groups: [EVERYONE] }) {
    ... on DefaultGroupCleanupPlanPayload { cleanup { id } } ... on UserError { code message } } }`;
  const answer = JSON.stringify(await askAdminApi(api.url, serviceToken, JSON.stringify({ query })));
  const id = /"id":"([^"]+)"/u.exec(answer)?.[1];
  if (id === undefined) throw new Error(`No plan was made: ${answer}`);
  return id;
}

async function change(
  api: Service,
  { serviceToken }: ProvisionedAccount,
  mutation: 'defaultGroupCleanupStart' | 'defaultGroupCleanupUndo',
  id: string,
): Promise<void> {
  const query = `mutation ($id: ID!) {
    ${mutation}(input: { id: $id }) { __typename ... on UserError { code message } } }`;
  await askAdminApi(api.url, serviceToken, JSON.stringify({ query, variables: { id } }));
}

/** Waits until the account's newest cleanup is in that state. */
async function reached({ database }: Bench, { id }: ProvisionedAccount, state: string): Promise<void> {
  for (;;) {
    const { rows } = await database.client.query<{ state: string }>(
      `select state from default_group_cleanups where account_id = $1 order by id desc limit 1`,
      [id],
    );
    if (rows[0]?.state === state) return;
    await pause(LOOK_EVERY_MS);
  }
}

async function membersOfEveryone({ database }: Bench, { id }: ProvisionedAccount): Promise<number> {
  const { rows } = await database.client.query<{ amount: number }>(
    `select count(*)::int as amount from group_members m
      join groups g on g.account_id = m.account_id and g.id = m.group_id
      where m.account_id = $1 and g.default_group = 'everyone'`,
    [id],
  );
  return rows[0]?.amount ?? 0;
}
