import { buryDeadTasks } from '@rollcall/domain/jobs/dead-letters';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createJob } from '@rollcall/domain/jobs/jobs';
import { mailsToSend } from '@rollcall/domain/testing/mails';
import { failQueuedTasks } from '@rollcall/domain/testing/queue';
import { enqueueTask } from '@rollcall/domain/jobs/enqueue-task';
import { newId } from '@rollcall/domain/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, OPERATOR, startTestAdminApi, type TestAccount, type TestAdminApi, textAt } from './harness.ts';
import { idOf, providerOf } from './users-testing.ts';

let api: TestAdminApi;
let acme: TestAccount;
let other: TestAccount;

beforeAll(async () => {
  api = await startTestAdminApi();
  acme = await api.addAccount('acme');
  other = await api.addAccount('other');
});
afterAll(() => api[Symbol.asyncDispose]());

function mails() {
  return mailsToSend({ db: api.db, url: api.databaseUrl });
}

describe('invitations', () => {
  test('are listed with their state and their person, narrowed by each', async () => {
    const idp = providerOf(api, acme);
    await idp.post({ userName: 'ana@elsewhere.example' });
    await idp.post({ userName: 'bo@elsewhere.example' });
    const ana = await idOf(acme.admin, 'ana@elsewhere.example');
    await acme.admin.mutate('invitationRevoke', { userId: ana }, 'user { userName invitation { id } }');
    const { data, errors } = await acme.admin.query(
      `query ($user: ID!) { account {
        all: invitations { totalCount nodes: edges { node { address state user { userName } } } }
        open: invitations(filter: { states: [OPEN] }) { edges { node { address } } }
        hers: invitations(filter: { user: $user }) { totalCount }
        found: invitations(filter: { search: "BO@" }) { totalCount }
      } }`,
      { user: ana },
    );
    expect(errors).toEqual([]);
    expect(at(data, 'account')).toEqual({
      all: {
        totalCount: 2,
        nodes: [
          {
            node: {
              address: 'bo@elsewhere.example',
              state: 'OPEN',
              user: { userName: 'bo@elsewhere.example' },
            },
          },
          {
            node: {
              address: 'ana@elsewhere.example',
              state: 'REVOKED',
              user: { userName: 'ana@elsewhere.example' },
            },
          },
        ],
      },
      open: { edges: [{ node: { address: 'bo@elsewhere.example' } }] },
      hers: { totalCount: 1 },
      found: { totalCount: 1 },
    });
  });

  test('are sent again by hand, as a mail with another link', async () => {
    const idp = providerOf(api, acme);
    await idp.post({ userName: 'cy@elsewhere.example' });
    const first = (await mails()).find(({ to }) => to.address === 'cy@elsewhere.example');
    const userId = await idOf(acme.admin, 'cy@elsewhere.example');
    const answer = await acme.admin.mutate(
      'invitationResend',
      { userId },
      'user { invitation { state address } }',
    );
    expect(at(answer, 'user.invitation')).toEqual({ state: 'OPEN', address: 'cy@elsewhere.example' });
    const [second] = await mails();
    expect(second?.to).toEqual(first?.to);
    expect(second?.id).not.toBe(first?.id);
  });

  test('of somebody who is not invited, or of another account, are refused by type', async () => {
    const idp = providerOf(api, acme);
    await idp.post({ userName: 'active@acme.io' });
    const active = await idOf(acme.admin, 'active@acme.io');
    const stranger = await idOf(other.admin, 'olga@acme.io');
    for (const name of ['invitationResend', 'invitationRevoke', 'emailChangeResend']) {
      expect(await acme.admin.mutate(name, { userId: active }, 'user { id }')).toMatchObject({
        __typename: 'Refused',
      });
      for (const userId of [stranger, 'nonsense']) {
        expect(await acme.admin.mutate(name, { userId }, 'user { id }')).toMatchObject({
          __typename: 'NotFound',
        });
      }
    }
  });

  test('by id are nobody else’s', async () => {
    const { data } = await acme.admin.query(
      '{ account { invitations(first: 1) { edges { node { id } } } } }',
    );
    const id = textAt(data, 'account.invitations.edges.0.node.id');
    const document = 'query ($id: ID!) { node(id: $id) { __typename } }';
    expect(at((await acme.admin.query(document, { id })).data, 'node')).toEqual({ __typename: 'Invitation' });
    expect(at((await other.admin.query(document, { id })).data, 'node')).toBeNull();
  });
});

test('a changed address that waits is shown, and can be asked again', async () => {
  const idp = providerOf(api, acme);
  const { id } = await idp.post({ userName: 'dee@acme.io' });
  await idp.put(id, { userName: 'dee@elsewhere.example' });
  const userId = await idOf(acme.admin, 'dee@acme.io');
  await mails();
  const answer = await acme.admin.mutate('emailChangeResend', { userId }, 'user { emailChange { address } }');
  expect(at(answer, 'user.emailChange')).toEqual({ address: 'dee@elsewhere.example' });
  expect(await mails()).toMatchObject([
    { mail: 'email_confirmation', to: { address: 'dee@elsewhere.example' } },
  ]);
});

describe('background work', () => {
  test('that failed for the last time is seen, retried and discarded by administrators of its account', async () => {
    for (let made = 0; made < 2; made += 1) {
      const payload = { mail: 'invitation', accountId: acme.accountId, invitationId: newId() } as const;
      await inTransaction(api.db, async (trx) => enqueueTask(trx, 'send-mail', payload));
    }
    await failQueuedTasks(api.databaseUrl, 'The mail server refuses it.');
    await buryDeadTasks(api.db, new Date());
    const list = '{ account { deadLetters { totalCount edges { node { id task error } } } } }';
    const { data } = await acme.admin.query(list);
    expect(at(data, 'account.deadLetters')).toMatchObject({
      totalCount: 2,
      edges: [{ node: { task: 'send-mail', error: 'The mail server refuses it.' } }, {}],
    });
    const [first, second] = [0, 1].map((index) => textAt(data, `account.deadLetters.edges.${index}.node.id`));
    expect(await other.admin.mutate('deadLetterRetry', { id: first }, 'deadLetterId')).toMatchObject({
      __typename: 'NotFound',
    });
    expect(await acme.admin.mutate('deadLetterRetry', { id: first }, 'deadLetterId')).toMatchObject({
      deadLetterId: first,
    });
    expect(await acme.admin.mutate('deadLetterDiscard', { id: second }, 'deadLetterId')).toMatchObject({
      deadLetterId: second,
    });
    expect(at((await acme.admin.query(list)).data, 'account.deadLetters.totalCount')).toBe(0);
  });

  test('that is long is a job, listed by state and kind', async () => {
    await inTransaction(api.db, (trx) =>
      createJob(trx, OPERATOR, acme.accountId, 'recalculate-licenses', { payload: {}, total: 7 }, new Date()),
    );
    const { data, errors } = await acme.admin.query(`{ account {
      jobs(filter: { states: [QUEUED], kinds: ["recalculate-licenses"] }) {
        totalCount edges { node { kind state progress { done total } } } }
      failed: jobs(filter: { states: [FAILED] }) { totalCount }
    } }`);
    expect(errors).toEqual([]);
    expect(at(data, 'account')).toEqual({
      jobs: {
        totalCount: 1,
        edges: [{ node: { kind: 'recalculate-licenses', state: 'QUEUED', progress: { done: 0, total: 7 } } }],
      },
      failed: { totalCount: 0 },
    });
  });
});

test('for how long logs are kept is set within bounds, and a fault names its field', async () => {
  expect(
    await acme.admin.mutate(
      'retentionUpdate',
      { auditEventsKeptDays: 30 },
      'retention { auditEventsKeptDays provisioningEventsKeptDays }',
    ),
  ).toMatchObject({ retention: { auditEventsKeptDays: 30, provisioningEventsKeptDays: 90 } });
  expect(
    await acme.admin.mutate(
      'retentionUpdate',
      { auditEventsKeptDays: 0 },
      'retention { auditEventsKeptDays }',
    ),
  ).toMatchObject({
    __typename: 'InvalidInput',
    fields: [{ path: 'input.auditEventsKeptDays' }],
  });
});
