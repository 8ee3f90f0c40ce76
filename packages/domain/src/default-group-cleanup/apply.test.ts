import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { doneOrWaiting } from '../groups/group-testing.ts';
import { findJob } from '../jobs/jobs.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { queuedTasks } from '../testing/queue.ts';
import { after, type CleanupWorld, givenCleanupWorld, NOW, OPERATOR, person } from './cleanup-testing.ts';

const database = await testDatabase({ poolSize: 16 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function applied(world: CleanupWorld, cleanupId: string): Promise<void> {
  await world.start(cleanupId);
  await world.work(cleanupId);
}

async function givenAdministrator(world: CleanupWorld): Promise<string> {
  const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
  return world.someone('root', [admins]);
}

async function deactivate(world: CleanupWorld, userId: string): Promise<void> {
  await identityProvider(db, world).patch(userId, { active: false });
}

describe('applying a plan', () => {
  it('takes exactly those out of the default groups whom the plan has leave, and says so', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    const [ana = '', ben = '', cho = ''] = await world.crowd(3, ['owner', 'member', 'everyone', world.staff]);
    const dee = await world.someone('dee', ['everyone']);
    const plan = await world.plan();
    await applied(world, plan.id);
    expect(await world.kindsOf(dee)).toEqual(['everyone']);
    expect(await world.members(world.staff)).toEqual([ana, ben, cho].toSorted());
    expect(await world.memberships()).toHaveLength(5);
    expect(await world.find(plan.id)).toMatchObject({
      state: 'applied',
      startedAt: NOW,
      endedAt: NOW,
      undoableUntil: after(30 * 24),
    });
    const { jobId } = await world.find(plan.id);
    expect(await findJob(db, world.accountId, jobId ?? '')).toMatchObject({
      kind: 'default-group-cleanup',
      state: 'succeeded',
      progress: { done: 9, total: 9 },
      result: { removed: 9, kept: 0, gone: 0, pending: 0 },
    });
  });

  it('turns assignByDefault off where the plan says so, at once, with an audit event for each group', async () => {
    const world = await givenCleanupWorld(db);
    const plan = await world.plan();
    await world.start(plan.id);
    expect(await world.assigned()).toEqual([]);
    const switched = (await world.events()).filter(({ kind }) => kind === 'group.changed');
    expect(switched.map(({ target_id, detail }) => [target_id, detail])).toEqual([
      [world.groups.member, { assignByDefault: { from: true, to: false } }],
      [world.groups.everyone, { assignByDefault: { from: true, to: false } }],
    ]);
  });

  it('leaves assignByDefault on otherwise: sign-ins fill the groups again', async () => {
    const world = await givenCleanupWorld(db);
    const plan = await world.plan(OPERATOR, { turnOffAssignByDefault: false });
    await applied(world, plan.id);
    expect(await world.assigned()).toEqual(['member', 'everyone']);
    const ana = await newcomer(world, 'ana@acme.example');
    expect(await world.kindsOf(ana)).toEqual(['member', 'everyone']);
  });

  it('is recorded batch by batch, in the name of whoever started it, and raises the version once for each', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    const ids = await world.crowd(5, ['everyone', world.staff]);
    const ana = await world.someone('ana', ['owner']);
    const plan = await world.plan(OPERATOR, { groups: ['everyone'], turnOffAssignByDefault: false });
    await world.start(plan.id, person(ana, 'account_admin'));
    await world.work(plan.id);
    const events = await db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'actor_id', 'target_version', 'detail'])
      .where('account_id', '=', world.accountId)
      .where('target_id', '=', world.groups.everyone)
      .orderBy('target_version')
      .execute();
    const batches = [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)];
    expect(events).toEqual(
      batches.map((removed, index) => ({
        kind: 'group.members_changed',
        actor_kind: 'administrator',
        actor_id: ana,
        target_version: index + 2,
        detail: { added: [], removed },
      })),
    );
    const lifecycle = (await world.events()).filter(({ kind }) => kind.startsWith('default_group_cleanup'));
    expect(lifecycle.map(({ kind, target_id }) => `${kind} ${target_id}`).toSorted()).toEqual([
      `default_group_cleanup.applied ${plan.id}`,
      `default_group_cleanup.started ${plan.id}`,
    ]);
  });

  it('never removes the person who applies it from Owner, whoever planned it: another administrator does that', async () => {
    const world = await givenCleanupWorld(db);
    const ana = await world.someone('ana', ['owner', 'member', world.staff]);
    const ben = await world.someone('ben', ['owner', 'member', world.staff]);
    const first = await world.plan(person(ana, 'account_admin'));
    await world.start(first.id, person(ben, 'account_admin'));
    await world.work(first.id);
    expect([await world.kindsOf(ana), await world.kindsOf(ben)]).toEqual([['owner'], ['owner']]);
    const second = await world.plan(person(ben, 'account_admin'));
    await world.start(second.id, person(ben, 'account_admin'));
    await world.work(second.id);
    expect([await world.kindsOf(ana), await world.kindsOf(ben)]).toEqual([[], ['owner']]);
  });

  it('needs every right of the groups that people leave: only an account_admin takes them out of Owner', async () => {
    const world = await givenCleanupWorld(db);
    const root = await givenAdministrator(world);
    const ana = await world.someone('ana', ['owner', 'member', world.staff]);
    const security = person(root, 'security_admin');
    const whole = await world.plan(security);
    await expect(world.start(whole.id, security)).rejects.toThrow('would take away account_admin');
    expect(await world.find(whole.id)).toMatchObject({ state: 'planned', jobId: null });
    const part = await world.plan(security, { groups: ['member', 'everyone'] });
    await world.start(part.id, security);
    await world.work(part.id);
    expect(await world.kindsOf(ana)).toEqual(['owner']);
    const rest = await world.plan(security, { groups: ['owner'] });
    await world.start(rest.id, person(root, 'account_admin'));
    await world.work(rest.id);
    expect(await world.kindsOf(ana)).toEqual([]);
  });

  it('touches nobody who is not SCIM-managed, by choice', async () => {
    const world = await givenCleanupWorld(db);
    const ana = await world.someone('ana', ['member', world.staff], { scimManaged: false });
    const plan = await world.plan(OPERATOR, { keepUnmanaged: true });
    await applied(world, plan.id);
    expect(await world.kindsOf(ana)).toEqual(['member']);
  });

  it('is done once: two presses start one job', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(2, ['everyone', world.staff]);
    const plan = await world.plan();
    const [first, second] = await Promise.all([world.start(plan.id), world.start(plan.id)]);
    expect(second.jobId).toBe(first.jobId);
    const queued = await queuedTasks(database.url);
    expect(queued.filter(({ payload }) => JSON.stringify(payload).includes(world.accountId))).toEqual([
      { task: 'default-group-cleanup', payload: { accountId: world.accountId, jobId: first.jobId } },
    ]);
    await world.work(plan.id);
    expect(await world.start(plan.id)).toMatchObject({ state: 'applied', jobId: first.jobId });
  });

  it('is one at a time: of two administrators who start two plans at once, one is told of the other', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(2, ['everyone', 'member', world.staff]);
    const plans = [
      await world.plan(OPERATOR, { turnOffAssignByDefault: false }),
      await world.plan(OPERATOR, { turnOffAssignByDefault: false }),
    ];
    const results = await Promise.allSettled(plans.map(({ id }) => world.start(id)));
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'cleanup_running' },
    });
  });

  it('works twice at once without doing anything twice', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    await world.crowd(40, ['member', 'everyone', world.staff]);
    const plan = await world.plan();
    await world.start(plan.id);
    await Promise.all([world.work(plan.id), world.work(plan.id), world.work(plan.id)]);
    expect(await world.find(plan.id)).toMatchObject({ state: 'applied' });
    const removed = (await world.events()).filter(({ kind }) => kind === 'group.members_changed');
    const names = removed.map(({ target_id, detail }) => [target_id, JSON.stringify(detail)].join());
    expect(new Set(names).size).toBe(names.length);
    expect(await world.membersOf(plan.id, { outcomes: ['removed'] })).toHaveLength(80);
  });

  it('goes on where it stopped', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    await world.crowd(9, ['member', 'everyone', world.staff]);
    const plan = await world.plan();
    await world.start(plan.id);
    let interruptions = 0;
    while ((await world.workInterrupted(plan.id, 4)) === 'stopped') interruptions += 1;
    expect(interruptions).toBeGreaterThan(3);
    expect(await world.find(plan.id)).toMatchObject({ state: 'applied' });
    expect(await world.membersOf(plan.id, { outcomes: ['removed'] })).toHaveLength(18);
    const { jobId } = await world.find(plan.id);
    expect(await findJob(db, world.accountId, jobId ?? '')).toMatchObject({
      progress: { done: 18, total: 18 },
      result: { removed: 18 },
    });
  });

  it('begins anew, where it stopped, when its job failed for good and somebody presses again', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    await world.crowd(4, ['everyone', world.staff]);
    const plan = await world.plan();
    const { jobId } = await world.start(plan.id);
    await db
      .updateTable('jobs')
      .set({ state: 'failed', error: 'The disk was full.', finished_at: NOW })
      .where('account_id', '=', world.accountId)
      .where('id', '=', jobId ?? '')
      .execute();
    const again = await world.start(plan.id);
    expect(again).toMatchObject({ state: 'running' });
    expect(again.jobId).not.toBe(jobId);
    await world.work(plan.id);
    expect(await world.find(plan.id)).toMatchObject({ state: 'applied' });
  });

  it('can be stopped between two batches, and keeps what it did', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    await world.crowd(6, ['everyone', world.staff]);
    const plan = await world.plan();
    const { jobId } = await world.start(plan.id);
    expect(await world.workInterrupted(plan.id, 4)).toBe('stopped');
    await Promise.all([world.cancel(plan.id), world.cancel(plan.id)]);
    await world.resume(plan.id);
    expect(await world.find(plan.id)).toMatchObject({ state: 'cancelled', endedAt: NOW });
    const removed = await world.membersOf(plan.id, { outcomes: ['removed'] });
    expect(removed).toHaveLength(2);
    expect(await findJob(db, world.accountId, jobId ?? '')).toMatchObject({
      state: 'succeeded',
      result: { stopped: true, removed: 2, pending: 4 },
    });
    await expect(world.start(plan.id)).rejects.toMatchObject({ reason: 'cleanup_over' });
    expect(await world.cancel(plan.id)).toMatchObject({ state: 'cancelled' });
  });
});

describe('applying a plan after the account changed', () => {
  it.each([
    {
      title: 'a default group was deleted',
      change: (world: CleanupWorld) => world.deleteGroup('member'),
      difference: 'The group "Member" was deleted.',
    },
    {
      title: "a default group's permission sets changed",
      change: (world: CleanupWorld) => grant(world, 'billing_admin'),
      difference: 'The group "Member" carried member, and carries billing_admin, member now.',
    },
    {
      title: 'assignByDefault was switched by somebody else',
      change: (world: CleanupWorld) => unassign(world),
      difference: 'assignByDefault of the group "Member" was switched off.',
    },
    {
      title: 'SCIM was switched off',
      change: (world: CleanupWorld) =>
        inTransaction(db, (trx) =>
          updateScimConfiguration(trx, OPERATOR, world.accountId, { enabled: false }, NOW),
        ),
      difference: 'SCIM was switched off since.',
    },
  ])('is refused where $title', async ({ change, difference }) => {
    const world = await givenCleanupWorld(db);
    await world.crowd(2, ['everyone', world.staff]);
    const plan = await world.plan();
    await change(world);
    const before = [await world.memberships(), await world.assigned(), await world.events()];
    await expect(world.start(plan.id)).rejects.toMatchObject({
      code: 'plan_changed',
      differences: [difference],
    });
    expect([await world.memberships(), await world.assigned(), await world.events()]).toEqual(before);
    expect(await world.find(plan.id)).toMatchObject({ state: 'planned', jobId: null });
  });

  it('is refused where nobody who stays would administer the account any more', async () => {
    const world = await givenCleanupWorld(db);
    const root = await givenAdministrator(world);
    await world.someone('ana', ['owner', world.staff]);
    const plan = await world.plan();
    await deactivate(world, root);
    await expect(world.start(plan.id)).rejects.toMatchObject({
      code: 'plan_changed',
      differences: [expect.stringContaining('Nobody who stays is an active account administrator')],
    });
  });

  it('is refused after a day', async () => {
    const world = await givenCleanupWorld(db);
    const plan = await world.plan();
    await expect(world.start(plan.id, OPERATOR, after(25))).rejects.toMatchObject({
      differences: ['The plan is older than 24 hours.'],
    });
    await expect(world.start(plan.id, OPERATOR, after(24))).resolves.toMatchObject({ state: 'running' });
  });

  it('passes over people who left meanwhile, and does not touch new members or memberships', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    const left = await world.someone('left', ['everyone', world.staff]);
    const back = await world.someone('back', ['everyone', world.staff]);
    const gone = await world.someone('gone', ['everyone', world.staff]);
    const plan = await world.plan(OPERATOR, { groups: ['everyone'] });
    await endMembership(world, left);
    await endMembership(world, back);
    await world.join(world.groups.everyone, [back]);
    await identityProvider(db, world).delete(gone);
    const late = await world.someone('late', ['everyone', world.staff]);
    await applied(world, plan.id);
    expect(await world.membersOf(plan.id)).toEqual([
      'everyone back leave gone',
      'everyone gone leave gone',
      'everyone left leave gone',
    ]);
    expect(await world.members(world.groups.everyone)).toEqual([back, late].toSorted());
  });

  it('keeps Everyone for whoever lost their other groups meanwhile', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    const ana = await world.someone('ana', ['owner', 'member', 'everyone', world.staff]);
    const plan = await world.plan();
    await world.change(world.staff, { kind: 'removeMembers', memberIds: [ana] });
    await applied(world, plan.id);
    expect(await world.membersOf(plan.id)).toEqual([
      'everyone ana leave no_other_group kept',
      'member ana leave removed',
      'owner ana leave removed',
    ]);
  });

  it('keeps an administrator whom the account would else lose while the job runs', async () => {
    const world = await givenCleanupWorld(db);
    const root = await givenAdministrator(world);
    const ana = await world.someone('ana', ['owner', world.staff], { addedAt: after(-1) });
    const ben = await world.someone('ben', ['owner', world.staff], { addedAt: after(-2) });
    const plan = await world.plan();
    await world.start(plan.id);
    await deactivate(world, root);
    await world.work(plan.id);
    expect([await world.kindsOf(ana), await world.kindsOf(ben)]).toEqual([[], ['owner']]);
    expect(await world.membersOf(plan.id)).toEqual([
      'owner ana leave removed',
      'owner ben leave last_account_admin kept',
    ]);
  });
});

describe('while the job runs', () => {
  it('an administrator who is deactivated at the same time is either refused or no longer needed', async () => {
    for (let round = 0; round < 8; round += 1) {
      const world = await givenCleanupWorld(db);
      const root = await givenAdministrator(world);
      await world.crowd(3, ['owner', world.staff]);
      const plan = await world.plan();
      await world.start(plan.id);
      const [deactivated] = await Promise.allSettled([deactivate(world, root), world.work(plan.id)]);
      expect(await activeAdministrators(world)).toBe(1);
      const reasons = [undefined, expect.objectContaining({ reason: 'last_account_admin' })];
      expect(reasons).toContainEqual(deactivated.status === 'rejected' ? deactivated.reason : undefined);
    }
  });

  it('the identity provider changes groups and people, and nothing is lost', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    const ids = await world.crowd(30, ['member', 'everyone', world.staff]);
    const plan = await world.plan();
    await world.start(plan.id);
    const idp = identityProvider(db, world);
    const writes = ids.map((id, index) => {
      if (index % 3 === 0) return world.change(world.staff, { kind: 'removeMembers', memberIds: [id] });
      return index % 3 === 1 ? idp.delete(id) : idp.patch(id, { active: false });
    });
    await Promise.all([world.work(plan.id), ...writes]);
    expect(await world.find(plan.id)).toMatchObject({ state: 'applied' });
    const stillThere = ids.filter((_, index) => index % 3 !== 1);
    for (const id of stillThere) {
      const kinds = await world.kindsOf(id);
      expect([[], ['everyone']]).toContainEqual(kinds);
    }
    const outcomes = await world.membersOf(plan.id, { outcomes: ['removed', 'gone', 'kept'] });
    expect(outcomes).toHaveLength(60);
  });

  it('a newcomer who joins by default waits for one batch at most, and stays', async () => {
    const world = await givenCleanupWorld(db);
    await givenAdministrator(world);
    await world.crowd(4, ['member', 'everyone', world.staff]);
    const plan = await world.plan(OPERATOR, { turnOffAssignByDefault: false });
    await world.start(plan.id);
    const [ana] = await Promise.all([newcomer(world, 'ana@acme.example'), world.work(plan.id)]);
    expect(await world.kindsOf(ana)).toEqual(['member', 'everyone']);
  });

  it('nobody waits for more than the group under work', async () => {
    const world = await givenCleanupWorld(db);
    const root = await givenAdministrator(world);
    const [ana = ''] = await world.crowd(1, ['everyone', world.staff]);
    const plan = await world.plan(OPERATOR, { groups: ['everyone'] });
    await world.start(plan.id);
    let working: Promise<void> = Promise.resolve();
    await inTransaction(db, async (trx) => {
      // The batch stands still behind this lock, with all others that it needs.
      await sql`
        select from group_members m
        where m.account_id = ${world.accountId} and m.group_id = ${world.groups.everyone} for update`.execute(
        trx,
      );
      working = world.work(plan.id);
      await doneOrWaiting(db, working);
      const idp = identityProvider(db, world);
      await idp.patch(ana, { active: false });
      await idp.patch(root, { externalId: 'x' });
      await world.change(world.staff, { kind: 'removeMembers', memberIds: [ana] });
      await idp.post({ userName: 'new@acme.example' });
    });
    await working;
    expect(await world.find(plan.id)).toMatchObject({ state: 'applied' });
  });
});

async function newcomer(world: CleanupWorld, userName: string): Promise<string> {
  const person = { userName, givenName: 'Ana', familyName: 'Ito' };
  const user = await inTransaction(db, (trx) =>
    createUnmanagedUser(trx, OPERATOR.actor, world.accountId, person, NOW),
  );
  return user.id;
}

async function grant(world: CleanupWorld, permissionSet: 'billing_admin'): Promise<void> {
  await db
    .insertInto('group_permission_sets')
    .values({ account_id: world.accountId, group_id: world.groups.member, permission_set: permissionSet })
    .execute();
}

async function unassign(world: CleanupWorld): Promise<void> {
  await db
    .updateTable('groups')
    .set({ assign_by_default: false })
    .where('account_id', '=', world.accountId)
    .where('id', '=', world.groups.member)
    .execute();
}

async function endMembership(world: CleanupWorld, userId: string): Promise<void> {
  await db
    .deleteFrom('group_members')
    .where('account_id', '=', world.accountId)
    .where('group_id', '=', world.groups.everyone)
    .where('user_id', '=', userId)
    .execute();
}

async function activeAdministrators(world: CleanupWorld): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    select count(distinct u.id) as amount from group_permission_sets p
    join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where p.account_id = ${world.accountId} and p.permission_set = 'account_admin' and u.state = 'active'`.execute(
    db,
  );
  return rows[0]?.amount ?? 0;
}
