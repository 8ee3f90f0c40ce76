import { afterAll, describe, expect, it } from 'vitest';
import { permissionSetsOfUser } from '../admins/permissions-of-users.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { inTransaction } from '../database/transaction.ts';
import { doneOrWaiting } from '../groups/group-testing.ts';
import { findJob } from '../jobs/jobs.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { deactivateUser } from '../users/set-active.ts';
import { after, type CleanupWorld, givenCleanupWorld, NOW, OPERATOR, person } from './cleanup-testing.ts';

const database = await testDatabase({ poolSize: 16 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

type World = Awaited<ReturnType<typeof givenCleanupWorld>>;

/** With an administrator of its own, and people in all default groups whose memberships have different origins and dates. */
async function givenFullGroups(): Promise<World> {
  const world = await givenCleanupWorld(db);
  const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
  await world.someone('root', [admins]);
  await world.someone('ana', ['owner', 'everyone', world.staff], { origin: 'manual', addedAt: after(-5) });
  await world.someone('ben', ['member', 'everyone', world.staff], {
    origin: 'sso_mapping',
    addedAt: after(-6),
  });
  await world.someone('cho', ['member', 'everyone'], { origin: 'default', addedAt: after(-7) });
  return world;
}

async function applied(world: CleanupWorld): Promise<string> {
  const { id } = await world.plan();
  await world.start(id);
  await world.work(id);
  return id;
}

async function undone(world: CleanupWorld, id: string): Promise<void> {
  await world.undo(id);
  await world.work(id);
}

describe('undoing a cleanup', () => {
  it('puts back exactly the memberships and settings that the job took away, with origins and dates', async () => {
    const world = await givenFullGroups();
    const before = [await world.memberships(), await world.assigned()];
    const id = await applied(world);
    expect([await world.memberships(), await world.assigned()]).not.toEqual(before);
    await undone(world, id);
    expect([await world.memberships(), await world.assigned()]).toEqual(before);
    const cleanup = await world.find(id);
    expect(cleanup).toMatchObject({ state: 'undone', undoStartedAt: NOW, undoneAt: NOW });
    expect(await findJob(db, world.accountId, cleanup.undoJobId ?? '')).toMatchObject({
      kind: 'default-group-cleanup-undo',
      state: 'succeeded',
      progress: { done: 5, total: 5 },
      result: { restored: 5, returned: 0, personGone: 0, removed: 0 },
    });
  });

  it('does not switch assignByDefault on where the cleanup did not switch it off', async () => {
    const world = await givenFullGroups();
    const { id } = await world.plan(OPERATOR, { turnOffAssignByDefault: false });
    await world.start(id);
    await world.work(id);
    await db
      .updateTable('groups')
      .set({ assign_by_default: false })
      .where('account_id', '=', world.accountId)
      .execute();
    await undone(world, id);
    expect(await world.assigned()).toEqual([]);
  });

  it('makes a deleted default group again, with its id, permission sets and mappings', async () => {
    const world = await givenCleanupWorld(db);
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.someone('root', [admins]);
    await world.crowd(3, ['owner', 'member', 'everyone', world.staff]);
    await db
      .insertInto('sso_group_mappings')
      .values({ account_id: world.accountId, group_id: world.groups.member, idp_group: 'engineers' })
      .execute();
    const before = [await world.memberships(), await groupsOf(world)];
    const id = await applied(world);
    await world.deleteGroup('owner');
    await world.deleteGroup('member');
    await undone(world, id);
    expect([await world.memberships(), await groupsOf(world)]).toEqual(before);
    const restored = (await world.events()).filter(({ kind }) => kind === 'group.restored');
    expect(restored.map(({ target_id, detail }) => [target_id, detail])).toEqual([
      [
        world.groups.owner,
        {
          displayName: 'Owner',
          defaultGroup: 'owner',
          assignByDefault: false,
          permissionSets: ['account_admin'],
          idpGroups: [],
        },
      ],
      [
        world.groups.member,
        {
          displayName: 'Member',
          defaultGroup: 'member',
          assignByDefault: false,
          permissionSets: ['member'],
          idpGroups: ['engineers'],
        },
      ],
    ]);
  });

  it('makes it again under another name where the identity provider has taken its own', async () => {
    const world = await givenFullGroups();
    const { id } = await world.plan(OPERATOR, { groups: ['owner'] });
    await world.start(id);
    await world.work(id);
    await world.deleteGroup('owner');
    await world.post({ displayName: 'OWNER' });
    await world.post({ displayName: 'owner (default group)' });
    await undone(world, id);
    expect((await groupsOf(world)).map(({ display_name }) => display_name)).toContain(
      'Owner (default group 2)',
    );
    expect(await world.members(world.groups.owner)).toHaveLength(1);
  });

  it('skips and names people who are gone since, those included who came back as somebody new', async () => {
    const world = await givenCleanupWorld(db);
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.someone('root', [admins]);
    const deleted = await world.someone('deleted', ['everyone', world.staff]);
    const revived = await world.someone('revived', ['everyone', world.staff]);
    const resting = await world.someone('resting', ['everyone', world.staff]);
    const id = await applied(world);
    const idp = identityProvider(db, world);
    await idp.delete(deleted);
    await idp.delete(revived);
    const again = await idp.post({ userName: 'revived-1@acme.example' });
    expect(again.id).toBe(revived);
    await idp.patch(resting, { active: false });
    await undone(world, id);
    expect(await world.membersOf(id)).toEqual([
      'everyone deleted leave person_gone',
      'everyone resting leave restored',
      'everyone revived leave person_gone',
    ]);
    expect(await world.members(world.groups.everyone)).toEqual([resting]);
    const named = await world.listMembers(id, { outcomes: ['person_gone'] });
    expect(named.map(({ userName }) => userName).toSorted()).toEqual([
      'deleted-1@acme.example',
      'revived-1@acme.example',
    ]);
  });

  it('leaves memberships that came back by other ways as they are', async () => {
    const world = await givenFullGroups();
    const id = await applied(world);
    const [first = ''] = await db
      .selectFrom('default_group_cleanup_members')
      .select('user_id')
      .where('account_id', '=', world.accountId)
      .where('group_id', '=', world.groups.everyone)
      .where('outcome', '=', 'removed')
      .execute()
      .then((rows) => rows.map((row) => row.user_id));
    await world.join(world.groups.everyone, [first]);
    const place = `${world.groups.everyone} ${first}`;
    const returned = (await world.memberships()).find((line) => line.startsWith(place));
    await undone(world, id);
    expect(await world.memberships()).toContain(returned);
    expect(await world.membersOf(id, { outcomes: ['returned'] })).toHaveLength(1);
  });

  it('works after further changes: newcomers stay, and a second cleanup does not stand in its way', async () => {
    const world = await givenFullGroups();
    const before = await world.memberships();
    const first = await applied(world);
    const late = await world.someone('late', ['everyone', world.staff]);
    const withLate = (await world.memberships()).filter((line) => line.includes(late));
    const second = await applied(world);
    await undone(world, first);
    expect(await world.memberships()).toEqual(
      [...before, ...withLate.filter((line) => line.startsWith(world.staff))].toSorted(),
    );
    await undone(world, second);
    expect(await world.memberships()).toEqual([...before, ...withLate].toSorted());
  });

  it('twice is undoing once', async () => {
    const world = await givenFullGroups();
    const id = await applied(world);
    const [first, second] = await Promise.all([world.undo(id), world.undo(id)]);
    expect(second.undoJobId).toBe(first.undoJobId);
    await Promise.all([world.work(id), world.work(id)]);
    const state = [await world.memberships(), await world.events()];
    expect(await world.undo(id)).toMatchObject({ state: 'undone', undoJobId: first.undoJobId });
    expect([await world.memberships(), await world.events()]).toEqual(state);
    const started = (await world.events()).filter(
      ({ kind }) => kind === 'default_group_cleanup.undo_started',
    );
    expect(started).toHaveLength(1);
  });

  it('stops a cleanup that is still at work, and puts back what that took away', async () => {
    const world = await givenFullGroups();
    await world.crowd(6, ['everyone', world.staff]);
    const before = [await world.memberships(), await world.assigned()];
    const { id } = await world.plan();
    const { jobId } = await world.start(id);
    expect(await world.workInterrupted(id, 4)).toBe('stopped');
    await world.undo(id);
    await world.work(id);
    expect([await world.memberships(), await world.assigned()]).toEqual(before);
    expect(await findJob(db, world.accountId, jobId ?? '')).toMatchObject({ state: 'running' });
    await world.resume(id);
    expect([await world.memberships(), await world.assigned()]).toEqual(before);
    expect(await findJob(db, world.accountId, jobId ?? '')).toMatchObject({
      state: 'succeeded',
      result: { stopped: true },
    });
  });

  it('of a cleanup that was stopped puts back what it had taken away', async () => {
    const world = await givenFullGroups();
    const before = await world.memberships();
    const { id } = await world.plan();
    await world.start(id);
    await world.cancel(id);
    await undone(world, id);
    expect(await world.memberships()).toEqual(before);
  });

  it('goes on where it stopped', async () => {
    const world = await givenFullGroups();
    await world.crowd(9, ['member', 'everyone', world.staff]);
    const before = await world.memberships();
    const id = await applied(world);
    await world.undo(id);
    let interruptions = 0;
    while ((await world.workInterrupted(id, 4)) === 'stopped') interruptions += 1;
    expect(interruptions).toBeGreaterThan(3);
    expect(await world.find(id)).toMatchObject({ state: 'undone' });
    expect(await world.memberships()).toEqual(before);
  });

  it('is possible for 30 days', async () => {
    const world = await givenFullGroups();
    const id = await applied(world);
    const late = after(30 * 24 + 1);
    await expect(world.undo(id, OPERATOR, late)).rejects.toMatchObject({ reason: 'undo_expired' });
    await expect(world.undo(id, OPERATOR, after(30 * 24))).resolves.toMatchObject({ state: 'undoing' });
  });

  it('of a plan that was never applied is refused', async () => {
    const world = await givenFullGroups();
    const { id } = await world.plan();
    await expect(world.undo(id)).rejects.toMatchObject({ reason: 'not_applied' });
    await expect(world.cancel(id)).rejects.toMatchObject({ reason: 'not_applied' });
  });

  it('waits for no other cleanup: it is refused while one is at work', async () => {
    const world = await givenFullGroups();
    const first = await applied(world);
    const second = await world.plan();
    await world.start(second.id);
    await expect(world.undo(first)).rejects.toMatchObject({
      reason: 'cleanup_running',
      facts: { cleanupId: second.id },
    });
    await world.cancel(second.id);
    await expect(world.undo(first)).resolves.toMatchObject({ state: 'undoing' });
  });

  it('races with starting another one: one of the two is refused', async () => {
    const world = await givenFullGroups();
    const first = await applied(world);
    const second = await world.plan();
    const results = await Promise.allSettled([world.undo(first), world.start(second.id)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('lets the groups be neither deleted while it runs nor while the cleanup does', async () => {
    const world = await givenFullGroups();
    const { id } = await world.plan();
    await world.start(id);
    await expect(world.deleteGroup('member')).rejects.toMatchObject({ reason: 'cleanup_running' });
    await world.work(id);
    await world.undo(id);
    await expect(world.deleteGroup('owner')).rejects.toMatchObject({ reason: 'cleanup_running' });
  });
});

function caller(set: PermissionSet) {
  return person('01a22f98-ccc0-7032-9254-2d60703ad4c6', set);
}

describe('nobody gives a right that they lack by undoing', () => {
  it('waits for whoever is being deactivated: the account keeps an administrator who stays', async () => {
    const world = await givenCleanupWorld(db);
    const { accountId } = world;
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    const ana = await world.someone('ana', [admins], { scimManaged: false });
    const ben = await world.someone('ben', ['owner', world.staff], { scimManaged: false });
    const id = await applied(world);
    await world.undo(id);
    let undoing: Promise<unknown> = Promise.resolve();
    await inTransaction(db, async (trx) => {
      await deactivateUser(trx, OPERATOR, accountId, ben, NOW);
      undoing = world.work(id);
      await doneOrWaiting(db, undoing);
      // Ben is no administrator again, and will be none.
      const other = inTransaction(db, (own) => deactivateUser(own, OPERATOR, accountId, ana, NOW));
      await expect(other).rejects.toMatchObject({ reason: 'last_account_admin' });
    });
    await undoing;
    expect(await world.kindsOf(ben)).toEqual(['owner']);
    expect(await permissionSetsOfUser(db, accountId, ana)).toEqual(['account_admin']);
  });

  it('only an account_admin puts people back into Owner', async () => {
    const world = await givenFullGroups();
    const id = await applied(world);
    await expect(world.undo(id, caller('security_admin'))).rejects.toThrow('would give account_admin');
    await expect(world.undo(id, caller('account_admin'))).resolves.toMatchObject({ state: 'undoing' });
  });

  it('also of a group that was deleted, which then stays so', async () => {
    const world = await givenFullGroups();
    const id = await applied(world);
    await world.deleteGroup('owner');
    await expect(world.undo(id, caller('security_admin'))).rejects.toMatchObject({ code: 'forbidden' });
    expect((await groupsOf(world)).map(({ default_group }) => default_group)).not.toContain('owner');
  });

  it('neither when a group comes to carry more while the job runs; an account_admin can then go on', async () => {
    const world = await givenFullGroups();
    const before = await world.memberships();
    const { id } = await world.plan(OPERATOR, { groups: ['member', 'everyone'] });
    await world.start(id);
    await world.work(id);
    const { undoJobId } = await world.undo(id, caller('security_admin'));
    await db
      .insertInto('group_permission_sets')
      .values({ account_id: world.accountId, group_id: world.groups.member, permission_set: 'account_admin' })
      .execute();
    await expect(world.work(id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await world.members(world.groups.member)).toEqual([
      ...(await keptIn(world, id, world.groups.member)),
    ]);
    await db
      .updateTable('jobs')
      .set({ state: 'failed', error: 'forbidden', finished_at: NOW })
      .where('account_id', '=', world.accountId)
      .where('id', '=', undoJobId ?? '')
      .execute();
    await expect(world.undo(id, caller('security_admin'))).rejects.toMatchObject({ code: 'forbidden' });
    await undone(world, id);
    expect(await world.memberships()).toEqual(before);
  });

  it.each(['account_viewer', 'billing_admin', 'member'] as const)(
    '%s may not start, stop or undo',
    async (set) => {
      const world = await givenFullGroups();
      const { id } = await world.plan();
      const forbidden = { code: 'forbidden', right: 'people:write' };
      await expect(world.start(id, caller(set))).rejects.toMatchObject(forbidden);
      await expect(world.cancel(id, caller(set))).rejects.toMatchObject(forbidden);
      await expect(world.undo(id, caller(set))).rejects.toMatchObject(forbidden);
      await expect(world.deleteGroup('member', caller(set))).rejects.toMatchObject(forbidden);
    },
  );
});

async function groupsOf(world: CleanupWorld) {
  return db
    .selectFrom('groups as g')
    .leftJoin('group_permission_sets as p', (join) =>
      join.onRef('p.account_id', '=', 'g.account_id').onRef('p.group_id', '=', 'g.id'),
    )
    .leftJoin('sso_group_mappings as s', (join) =>
      join.onRef('s.account_id', '=', 'g.account_id').onRef('s.group_id', '=', 'g.id'),
    )
    .select(['g.id', 'g.display_name', 'g.default_group', 'g.assign_by_default', 'g.created_at'])
    .select(['p.permission_set', 's.idp_group'])
    .where('g.account_id', '=', world.accountId)
    .orderBy('g.id')
    .orderBy('p.permission_set')
    .execute();
}

async function keptIn(world: CleanupWorld, id: string, groupId: string): Promise<string[]> {
  const kept = await world.listMembers(id, { groupId, planned: 'keep' });
  return kept.map(({ userId }) => userId);
}
