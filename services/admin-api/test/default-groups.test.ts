import { inTransaction } from '@rollcall/domain/database/transaction';
import { cleanUpDefaultGroups } from '@rollcall/domain/default-group-cleanup/clean-up-default-groups';
import { putBackMemberships } from '@rollcall/domain/default-group-cleanup/put-back-memberships';
import { createGroup } from '@rollcall/domain/groups/create-group';
import { isJsonArray, type JsonObject, type JsonValue } from '@rollcall/domain/json';
import { scimActor } from '@rollcall/domain/testing/accounts';
import { createUnmanagedUser } from '@rollcall/domain/users/create-unmanaged-user';
import { afterAll, describe, expect, it } from 'vitest';
import { rowId } from '../src/graphql/global-ids.ts';
import { at, OPERATOR, startTestAdminApi, type TestAccount, textAt } from './harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

/** Its owner is in all default groups; ana and ben in Member, Everyone and Staff, cho not in Staff. */
async function givenStaff(slug: string): Promise<TestAccount> {
  const account = await api.addAccount(slug);
  const { accountId } = account;
  const ids: string[] = [];
  for (const name of ['ana', 'ben', 'cho']) {
    const person = { userName: `${name}@acme.io`, givenName: name, familyName: 'Ito' };
    const user = await inTransaction(api.db, (trx) =>
      createUnmanagedUser(trx, OPERATOR, accountId, person, new Date()),
    );
    ids.push(user.id);
  }
  const staff = { displayName: 'Staff', externalId: null, memberIds: ids.slice(0, 2) };
  await inTransaction(api.db, (trx) => createGroup(trx, scimActor(), accountId, staff, new Date()));
  return account;
}

const CLEANUP = `cleanup {
  id state signInsFillAgain groups { kind leaving kept }
  members(first: 20) { totalCount edges { node { userName group planned keptFor outcome lostPermissionSets lostRights } } }
}`;

async function planned(account: TestAccount, input: JsonObject = {}): Promise<string> {
  const plan = await account.admin.mutate(
    'defaultGroupCleanupPlan',
    { keepUnmanaged: false, ...input },
    'cleanup { id }',
  );
  return textAt(plan, 'cleanup.id');
}

function nodesAt(answer: JsonObject, path: string): JsonValue[] {
  const edges = at(answer, `${path}.edges`);
  return isJsonArray(edges) ? edges.map((edge) => at(edge, 'node') ?? null) : [];
}

/** What the worker does. */
async function work(
  account: TestAccount,
  answer: JsonObject,
  run: typeof cleanUpDefaultGroups | typeof putBackMemberships,
): Promise<void> {
  await run(api.db, account.accountId, rowId(textAt(answer, 'cleanup.job.id'), 'Job'), {
    now: () => new Date(),
  });
}

describe('a cleanup of the default groups, by a script', () => {
  it('is planned, with everybody and the reasons, applied, watched and undone', async () => {
    const account = await givenStaff('acme');
    const { admin } = account;
    const plan = await admin.mutate('defaultGroupCleanupPlan', { keepUnmanaged: false }, CLEANUP);
    const leaves = { planned: 'LEAVE', keptFor: null, outcome: null };
    const member = { group: 'MEMBER', ...leaves, lostPermissionSets: ['MEMBER'], lostRights: [] };
    const everyone = { group: 'EVERYONE', ...leaves, lostPermissionSets: [], lostRights: [] };
    expect(at(plan, 'cleanup.groups')).toEqual([
      { kind: 'OWNER', leaving: 0, kept: 1 },
      { kind: 'MEMBER', leaving: 4, kept: 0 },
      { kind: 'EVERYONE', leaving: 3, kept: 1 },
    ]);
    expect(at(plan, 'cleanup.signInsFillAgain')).toBe(false);
    expect(at(plan, 'cleanup.members.totalCount')).toBe(9);
    const kept = { planned: 'KEEP', outcome: null, lostPermissionSets: [], lostRights: [] };
    expect(nodesAt(plan, 'cleanup.members')).toEqual(
      expect.arrayContaining([
        { userName: 'olga@acme.io', group: 'OWNER', ...kept, keptFor: 'LAST_ACCOUNT_ADMIN' },
        { userName: 'ana@acme.io', ...member },
        { userName: 'ana@acme.io', ...everyone },
        { userName: 'cho@acme.io', ...member },
        { userName: 'cho@acme.io', group: 'EVERYONE', ...kept, keptFor: 'NO_OTHER_GROUP' },
      ]),
    );

    const id = textAt(plan, 'cleanup.id');
    const started = await admin.mutate(
      'defaultGroupCleanupStart',
      { id },
      'cleanup { state undoableUntil job { id state kind progress { done total } } }',
    );
    expect(at(started, 'cleanup.state')).toBe('RUNNING');
    expect(at(started, 'cleanup.job')).toMatchObject({
      state: 'QUEUED',
      kind: 'default-group-cleanup',
      progress: { done: 0, total: 7 },
    });
    await work(account, started, cleanUpDefaultGroups);
    const watched = await admin.query(
      `query ($id: ID!) { node(id: $id) { ... on DefaultGroupCleanup {
        state job { state progress { done total } result }
        members(filter: { outcome: [REMOVED], group: MEMBER }, last: 2) {
          totalCount pageInfo { hasPreviousPage } edges { node { user { userName state } } } } } } }`,
      { id },
    );
    expect(watched.data).toEqual({
      node: {
        state: 'APPLIED',
        job: {
          state: 'SUCCEEDED',
          progress: { done: 7, total: 7 },
          result: { removed: 7, kept: 0, gone: 0, restored: 0, returned: 0, personGone: 0, pending: 0 },
        },
        members: {
          totalCount: 4,
          pageInfo: { hasPreviousPage: true },
          edges: [
            { node: { user: { userName: 'ben@acme.io', state: 'ACTIVE' } } },
            { node: { user: { userName: 'cho@acme.io', state: 'ACTIVE' } } },
          ],
        },
      },
    });

    const undone = await admin.mutate(
      'defaultGroupCleanupUndo',
      { id },
      'cleanup { state job: undoJob { id } }',
    );
    expect(at(undone, 'cleanup.state')).toBe('UNDOING');
    await work(account, undone, putBackMemberships);
    const { data } = await admin.query(
      '{ account { defaultGroups { defaultGroup memberCount { atLeast } assignByDefault } defaultGroupCleanups { edges { node { state } } } } }',
    );
    expect(data).toEqual({
      account: {
        defaultGroups: [
          { defaultGroup: 'OWNER', memberCount: { atLeast: 1 }, assignByDefault: false },
          { defaultGroup: 'MEMBER', memberCount: { atLeast: 4 }, assignByDefault: true },
          { defaultGroup: 'EVERYONE', memberCount: { atLeast: 4 }, assignByDefault: true },
        ],
        defaultGroupCleanups: { edges: [{ node: { state: 'UNDONE' } }] },
      },
    });
  });

  it('says what changed since the plan was made, and does nothing then', async () => {
    const account = await givenStaff('changed');
    const id = await planned(account);
    await api.db
      .updateTable('groups')
      .set({ assign_by_default: false })
      .where('account_id', '=', account.accountId)
      .where('default_group', '=', 'member')
      .execute();
    const refused = await account.admin.query(
      `mutation ($id: ID!) { defaultGroupCleanupStart(input: { id: $id }) { ... on PlanChanged { code differences } } }`,
      { id },
    );
    expect(refused.data['defaultGroupCleanupStart']).toEqual({
      code: 'PLAN_CHANGED',
      differences: ['assignByDefault of the group "Member" was switched off.'],
    });
  });

  it('is stopped, and then neither started nor stopped again by mistake', async () => {
    const account = await givenStaff('stopped');
    const { admin } = account;
    const id = await planned(account);
    const early = await admin.mutate('defaultGroupCleanupCancel', { id }, 'cleanup { state }');
    expect(early).toMatchObject({ __typename: 'Refused', code: 'REFUSED' });
    await admin.mutate('defaultGroupCleanupStart', { id }, 'cleanup { state }');
    const stopped = await admin.mutate('defaultGroupCleanupCancel', { id }, 'cleanup { state }');
    expect(at(stopped, 'cleanup.state')).toBe('CANCELLED');
    const again = await admin.mutate('defaultGroupCleanupStart', { id }, 'cleanup { state }');
    expect(again).toMatchObject({ __typename: 'Refused' });
    expect(textAt(again, 'message')).toContain('new plan');
  });

  it('of nothing, or of a group that is gone, names the field that is at fault', async () => {
    const account = await givenStaff('fields');
    const idempotencyKey = 'once';
    const twice = await Promise.all([
      planned(account, { idempotencyKey }),
      planned(account, { idempotencyKey }),
    ]);
    expect(twice[0]).toBe(twice[1]);
    const reused = { idempotencyKey, groups: ['MEMBER'] };
    expect(await account.admin.mutate('defaultGroupCleanupPlan', reused, 'cleanup { id }')).toMatchObject({
      __typename: 'Conflict',
    });
    const nothing = await account.admin.mutate('defaultGroupCleanupPlan', { groups: [] }, 'cleanup { id }');
    expect(nothing).toMatchObject({ fields: [{ path: 'input.groups' }] });
    expect(textAt(nothing, 'message')).toContain('at least one default group');
    await api.db
      .deleteFrom('groups')
      .where('account_id', '=', account.accountId)
      .where('default_group', '=', 'member')
      .execute();
    const gone = await account.admin.mutate('defaultGroupCleanupPlan', {}, 'cleanup { id }');
    expect(gone).toMatchObject({ fields: [{ path: 'input.groups' }] });
    expect(textAt(gone, 'message')).toContain('no such default group any more: member');
  });

  it('of another account is unknown, whatever is done with it', async () => {
    const [own, other] = [await givenStaff('own'), await givenStaff('other')];
    const id = await planned(other);
    for (const mutation of ['Start', 'Cancel', 'Undo']) {
      const answer = await own.admin.mutate(`defaultGroupCleanup${mutation}`, { id }, 'cleanup { id }');
      expect(answer).toMatchObject({ __typename: 'NotFound' });
    }
    const { data } = await own.admin.query('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(data).toEqual({ node: null });
  });
});

describe('a default group', () => {
  it('says why it cannot be deleted, and is deleted when it can', async () => {
    const account = await givenStaff('deletion');
    const { admin } = account;
    const groups = async () =>
      (await admin.query('{ account { defaultGroups { id defaultGroup undeletableBecause } } }')).data;
    const before = await groups();
    expect(at(before, 'account.defaultGroups.1')).toMatchObject({
      defaultGroup: 'MEMBER',
      undeletableBecause:
        'The group "Member" has 4 members. A default group can be deleted when it is empty: plan and apply a cleanup first.',
    });
    const input = { id: textAt(before, 'account.defaultGroups.1.id') };
    const refused = await admin.mutate('defaultGroupDelete', input, 'deletedId');
    expect(refused).toMatchObject({ __typename: 'Refused' });
    expect(textAt(refused, 'message')).toContain('4 members');

    await api.db.deleteFrom('group_members').where('account_id', '=', account.accountId).execute();
    const owner = { id: textAt(before, 'account.defaultGroups.0.id') };
    const last = await admin.mutate('defaultGroupDelete', owner, 'deletedId');
    expect(last).toMatchObject({ __typename: 'LastAccountAdmin', code: 'LAST_ACCOUNT_ADMIN' });
    const deleted = await admin.mutate('defaultGroupDelete', input, 'deletedId');
    expect(at(deleted, 'deletedId')).toBe(input.id);
    expect(await admin.mutate('defaultGroupDelete', input, 'deletedId')).toMatchObject({
      __typename: 'NotFound',
    });
    expect(at(await groups(), 'account.defaultGroups.1.defaultGroup')).toBe('EVERYONE');
  });
});
