import { afterAll, describe, expect, it } from 'vitest';
import { callerWith } from '../admins/caller.ts';
import { testDatabase } from '../testing/database.ts';
import { after, givenCleanupWorld, NOW, OPERATOR, person } from './cleanup-testing.ts';
import { forgetCleanups } from './forget-cleanups.ts';
import { countCleanupMembers, listCleanupMembers } from './list-cleanup-members.ts';
import type { Position } from '../pages/position.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

describe('a plan', () => {
  it('says for each default group who would leave it, who is kept and why', async () => {
    const world = await givenCleanupWorld(db);
    const ana = await world.someone('ana', ['owner', 'member', 'everyone', world.staff]);
    await world.someone('ben', ['owner', 'everyone', world.staff]);
    await world.someone('cho', ['member', 'everyone']);
    await world.someone('dee', ['member', 'everyone'], { scimManaged: false });
    const plan = await world.plan(person(ana, 'account_admin'), { keepUnmanaged: true });
    expect(await world.membersOf(plan.id)).toEqual([
      'everyone ana leave',
      'everyone ben leave',
      'everyone cho keep no_other_group',
      'everyone dee keep not_scim_managed',
      'member ana leave',
      'member cho leave',
      'member dee keep not_scim_managed',
      'owner ana keep applies_it',
      'owner ben leave',
    ]);
    expect(plan.groups).toEqual([
      {
        groupId: world.groups.owner,
        kind: 'owner',
        displayName: 'Owner',
        version: 1,
        permissionSets: ['account_admin'],
        assignByDefault: false,
        leaving: 1,
        kept: 1,
      },
      expect.objectContaining({ kind: 'member', permissionSets: ['member'], leaving: 2, kept: 1 }),
      expect.objectContaining({ kind: 'everyone', permissionSets: [], leaving: 2, kept: 2 }),
    ]);
  });

  it('changes nothing yet', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(3, ['owner', 'member', 'everyone', world.staff]);
    const before = await world.memberships();
    const plan = await world.plan();
    expect(plan.state).toBe('planned');
    expect(await world.memberships()).toEqual(before);
    expect(await world.assigned()).toEqual(['member', 'everyone']);
    expect(await world.events()).toEqual([]);
  });

  it('keeps the last account_admin: the longest-standing one, if nobody else administers the account', async () => {
    const world = await givenCleanupWorld(db);
    await world.someone('new', ['owner', 'everyone', world.staff], { addedAt: after(-1) });
    await world.someone('old', ['owner', 'everyone', world.staff], { addedAt: after(-9) });
    await world.someone('off', ['owner', world.staff], { addedAt: after(-99), state: 'deactivated' });
    await world.someone('yet', ['owner', world.staff], { addedAt: after(-99), state: 'invited' });
    const plan = await world.plan();
    expect(await world.membersOf(plan.id, { groupId: world.groups.owner })).toEqual([
      'owner new leave',
      'owner off leave',
      'owner old keep last_account_admin',
      'owner yet leave',
    ]);
  });

  it.each([
    ['somebody active administers through another group', 'active', true],
    ['whoever else would administer is deactivated', 'deactivated', false],
    ['whoever else would administer is invited', 'invited', false],
  ] as const)('asks who administers without the default groups: %s', async (_, state, leaves) => {
    const world = await givenCleanupWorld(db);
    await world.someone('ana', ['owner', world.staff]);
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.someone('ben', [admins], { state });
    const plan = await world.plan();
    expect(await world.membersOf(plan.id)).toEqual([
      leaves ? 'owner ana leave' : 'owner ana keep last_account_admin',
    ]);
  });

  it('does not count an administrator of a default group that is left, whichever it is', async () => {
    const world = await givenCleanupWorld(db);
    await db
      .insertInto('group_permission_sets')
      .values({ account_id: world.accountId, group_id: world.groups.member, permission_set: 'account_admin' })
      .execute();
    await world.someone('ana', ['member', world.staff], { addedAt: after(-2) });
    await world.someone('ben', ['owner', world.staff]);
    const plan = await world.plan();
    expect(await world.membersOf(plan.id)).toEqual(['member ana keep last_account_admin', 'owner ben leave']);
    const ofMemberOnly = await world.plan(OPERATOR, { groups: ['member'] });
    expect(await world.membersOf(ofMemberOnly.id)).toEqual(['member ana leave']);
  });

  it('keeps Everyone, and only that, for whoever would end in no group at all', async () => {
    const world = await givenCleanupWorld(db);
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.someone('root', [admins]);
    await world.someone('ana', ['owner', 'member', 'everyone']);
    await world.someone('ben', ['everyone']);
    const plan = await world.plan();
    expect(await world.membersOf(plan.id)).toEqual([
      'everyone ana keep no_other_group',
      'everyone ben keep no_other_group',
      'member ana leave',
      'owner ana leave',
    ]);
  });

  it('keeps the default group that gives least for whoever is in no group and not in Everyone', async () => {
    const world = await givenCleanupWorld(db);
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.someone('root', [admins]);
    await world.someone('ana', ['owner', 'member']);
    const plan = await world.plan();
    expect(await world.membersOf(plan.id)).toEqual(['member ana keep no_other_group', 'owner ana leave']);
  });

  it('counts a default group that nobody is to leave as a group', async () => {
    const world = await givenCleanupWorld(db);
    await world.someone('ana', ['member', 'everyone']);
    const plan = await world.plan(OPERATOR, { groups: ['member'] });
    expect(await world.membersOf(plan.id)).toEqual(['member ana leave']);
  });

  it('keeps users who are not SCIM-managed only by choice', async () => {
    const world = await givenCleanupWorld(db);
    await world.someone('ana', ['member', world.staff], { scimManaged: false });
    const [kept, left] = [
      await world.plan(OPERATOR, { keepUnmanaged: true }),
      await world.plan(OPERATOR, { keepUnmanaged: false }),
    ];
    expect(await world.membersOf(kept.id)).toEqual(['member ana keep not_scim_managed']);
    expect(await world.membersOf(left.id)).toEqual(['member ana leave']);
  });

  it('says which state of the account it was made from', async () => {
    const world = await givenCleanupWorld(db);
    const ana = await world.someone('ana', ['owner']);
    const plan = await world.plan(person(ana, 'account_admin'), { turnOffAssignByDefault: false });
    expect(plan).toMatchObject({
      options: {
        groups: ['owner', 'member', 'everyone'],
        turnOffAssignByDefault: false,
        keepUnmanaged: false,
      },
      madeFrom: { settingsVersion: 1, scimEnabled: true },
      plannedBy: { kind: 'administrator', id: ana },
      plannedAt: NOW,
    });
    expect(plan.groups.map(({ assignByDefault, version }) => [assignByDefault, version])).toEqual([
      [false, 1],
      [true, 1],
      [true, 1],
    ]);
  });

  it('says which permission sets and rights people would lose, those that another group gives not counted', async () => {
    const world = await givenCleanupWorld(db);
    const auditors = await world.unmanagedGroup('Auditors', { grants: ['security_admin'] });
    const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin', 'member'] });
    await world.someone('root', [admins, 'owner', 'member']);
    await world.someone('ana', ['owner', 'member', auditors]);
    await world.someone('ben', ['owner', 'member', world.staff], { state: 'deactivated' });
    await world.someone('cho', ['member', world.staff]);
    const plan = await world.plan();
    expect(plan.losses).toEqual({
      permissionSets: [
        { permissionSet: 'account_admin', people: 1 },
        { permissionSet: 'member', people: 2 },
      ],
      rights: [
        { right: 'settings:write', people: 1 },
        { right: 'scim_tokens:write', people: 1 },
        { right: 'licenses:write', people: 1 },
      ],
    });
    const rows = await world.listMembers(plan.id, { planned: 'leave' });
    const ofAna = rows.find(
      ({ userName, groupId }) => userName.startsWith('ana') && groupId === world.groups.owner,
    );
    expect(ofAna).toMatchObject({
      lostPermissionSets: ['account_admin'],
      lostRights: ['settings:write', 'scim_tokens:write', 'licenses:write'],
    });
    const ofRoot = rows.filter(({ userName }) => userName.startsWith('root'));
    expect(ofRoot.map(({ lostPermissionSets }) => lostPermissionSets)).toEqual([[], []]);
  });

  it('is read page by page in both directions, everybody once', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(7, ['owner', 'member', 'everyone', world.staff]);
    const { id } = await world.plan();
    const everybody = (await world.listMembers(id)).map(({ groupId, userId }) => `${groupId} ${userId}`);
    expect(new Set(everybody).size).toBe(21);
    expect(await countCleanupMembers(db, world.accountId, id, {})).toBe(21);
    for (const backward of [false, true]) {
      const seen: string[] = [];
      let behind: Position | undefined;
      do {
        const rows = await listCleanupMembers(db, world.accountId, id, {}, { behind, backward, limit: 4 });
        seen.push(...rows.map(({ position: { key, id: userId } }) => `${key} ${userId}`));
        behind = rows.at(-1)?.position;
      } while (behind !== undefined);
      expect(backward ? seen.toReversed() : seen).toEqual(everybody);
    }
  });

  it.each([
    ['names no group', [], 'Name at least one default group'],
    ['names a group twice', ['owner', 'owner'], 'each only once'],
  ] as const)('is refused when it %s', async (_, groups, message) => {
    const world = await givenCleanupWorld(db);
    await expect(world.plan(OPERATOR, { groups })).rejects.toThrow(message);
  });

  it('is refused for a default group that was deleted, and leaves nothing behind', async () => {
    const world = await givenCleanupWorld(db);
    await world.deleteGroup('member');
    await expect(world.plan()).rejects.toThrow('no such default group any more: member');
    expect(await world.list()).toEqual([]);
  });

  it.each(['account_viewer', 'billing_admin', 'member'] as const)('is not for %s', async (set) => {
    const world = await givenCleanupWorld(db);
    const caller = callerWith({ kind: 'service_token', id: world.staff, name: 'script' }, null, [set]);
    await expect(world.plan(caller)).rejects.toMatchObject({ code: 'forbidden', right: 'people:write' });
  });

  it('is made once for an idempotency key, however often it is asked for', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(2, ['everyone', world.staff]);
    const idempotencyKey = 'plan-1';
    const plans = await Promise.all([1, 2, 3].map(() => world.plan(OPERATOR, { idempotencyKey })));
    expect(new Set(plans.map(({ id }) => id)).size).toBe(1);
    expect(await world.list()).toHaveLength(1);
    await expect(world.plan(OPERATOR, { idempotencyKey, keepUnmanaged: true })).rejects.toMatchObject({
      reason: 'idempotency_key_reused',
    });
  });

  it('makes room for itself: an account has at most five that were not applied', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(2, ['everyone', world.staff]);
    const first = await world.plan();
    await world.start(first.id);
    const plans = [];
    for (let n = 0; n < 7; n += 1) plans.push((await world.plan()).id);
    expect(await world.list()).toEqual([...plans.slice(2).toReversed(), first.id]);
  });

  it('is forgotten after a day, and a cleanup when it can no longer be undone', async () => {
    const world = await givenCleanupWorld(db);
    await world.crowd(3, ['member', 'everyone', world.staff]);
    const applied = await world.plan(OPERATOR, { groups: ['everyone'] });
    await world.start(applied.id);
    await world.work(applied.id);
    await world.plan();
    await forgetCleanups(db, after(24), AbortSignal.timeout(10_000));
    expect(await world.list()).toHaveLength(2);
    await forgetCleanups(db, after(25), AbortSignal.timeout(10_000));
    expect(await world.list()).toEqual([applied.id]);
    await forgetCleanups(db, after(30 * 24), AbortSignal.timeout(10_000));
    expect(await world.list()).toEqual([applied.id]);
    await forgetCleanups(db, after(30 * 24 + 1), AbortSignal.timeout(10_000));
    expect(await world.list()).toEqual([]);
    const left = await db
      .selectFrom('default_group_cleanup_members')
      .select('user_id')
      .where('account_id', '=', world.accountId)
      .execute();
    expect(left).toEqual([]);
  });

  it('of another account is as unknown as one that never was', async () => {
    const [world, stranger] = [await givenCleanupWorld(db), await givenCleanupWorld(db)];
    const { id } = await world.plan();
    await expect(stranger.start(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(stranger.cancel(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(stranger.undo(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(stranger.find('not-an-id')).rejects.toMatchObject({ code: 'not_found' });
    expect(await stranger.membersOf(id)).toEqual([]);
  });
});
