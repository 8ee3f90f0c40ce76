import { afterAll, describe, expect, it } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { inTransaction } from '../database/transaction.ts';
import { findSession } from '../sso/find-session.ts';
import { openSession } from '../sso/sessions.repository.ts';
import { testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { grant, handOf, NOW, signedIn } from './edit-testing.ts';
import { findUser } from './find-users.ts';
import { isShownActive } from './user.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const OPEN = { scim: { allow_manual_updates: true } };

describe('a creation by hand', () => {
  it('in a verified domain makes somebody active and licensed, in the groups that newcomers are put into', async () => {
    const world = await givenPeople(db, OPEN);
    const groupId = await grant(db, world.accountId, ['member'], []);
    await assignByDefault(world, groupId);
    const user = await handOf(world).create({
      userName: 'ana@acme.example',
      givenName: 'Ana',
      licenseType: 'read_only',
    });
    expect(user).toMatchObject({
      state: 'active',
      scimManaged: false,
      userName: 'ana@acme.example',
      signInEmail: 'ana@acme.example',
      attributes: { name: { givenName: 'Ana' }, ...workEmailOf('ana@acme.example') },
      licenseType: 'read_only',
      licenseSource: 'manual',
      activatedAt: NOW,
      version: 1,
    });
    expect(await groupsOf(world, user.id)).toEqual([groupId]);
    expect((await world.events()).map(({ kind }) => kind)).toEqual([
      'user.created',
      'group.members_changed',
      'user.joined_default_groups',
    ]);
  });

  it('elsewhere invites, and the membership and the license wait', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { it: 1 } });
    const groupId = await grant(db, world.accountId, ['member'], []);
    await assignByDefault(world, groupId);
    const user = await handOf(world).create({ userName: 'ana@elsewhere.example', licenseType: 'it' });
    expect(user).toMatchObject({ state: 'invited', licenseType: null, manualLicenseType: 'it' });
    expect(await world.invitations()).toEqual([{ address: 'ana@elsewhere.example', outcome: null }]);
    expect(await groupsOf(world, user.id)).toEqual([groupId]);
    await world.accept('ana@elsewhere.example');
    expect(await world.read(user.id)).toMatchObject({
      state: 'active',
      licenseType: 'it',
      licenseSource: 'manual',
    });
    expect(await findMiscounts(db)).toEqual([]);
  });

  it('is refused whole where no seat is free, or the account does not have the type', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { developer: 0 } });
    await expect(handOf(world).create({ userName: 'ana@acme.example' })).rejects.toMatchObject({
      reason: 'no_free_seat',
    });
    for (const userName of ['ana@acme.example', 'ana@elsewhere.example']) {
      await expect(handOf(world).create({ userName, licenseType: 'analyst' })).rejects.toMatchObject({
        reason: 'license_unavailable',
      });
    }
    expect(await world.events()).toEqual([]);
  });

  it('is refused for a user name that somebody has, ignoring case; one who was deleted by hand keeps it', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(handOf(world).create({ userName: 'ANA@acme.example' })).rejects.toMatchObject({
      reason: 'user_name_taken',
    });
    await handOf(world).delete(id);
    await expect(handOf(world).create({ userName: 'ana@acme.example' })).rejects.toThrow(
      `The user name "ana@acme.example" is kept by somebody who was deleted (${id}). Restore them, or erase them to free the name.`,
    );
    await handOf(world).erase(id);
    expect(await handOf(world).create({ userName: 'ana@acme.example' })).toMatchObject({ state: 'active' });
  });

  it('with the name of somebody whom SCIM deleted makes another person', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.delete(id);
    expect((await handOf(world).create({ userName: 'ana@acme.example' })).id).not.toBe(id);
  });

  it('needs a user name, which is an address where the account says so', async () => {
    const world = await givenPeople(db, OPEN);
    await expect(handOf(world).create({ givenName: 'Ana' })).rejects.toMatchObject({ path: 'userName' });
    await expect(handOf(world).create({ userName: 'ana' })).rejects.toMatchObject({ path: 'userName' });
    const free = await givenPeople(db, { scim: { enabled: false, user_name_policy: 'any' } });
    expect(await handOf(free).create({ userName: 'ana' })).toMatchObject({ state: 'active', attributes: {} });
  });

  it('of somebody unmanaged is linked by a later SCIM write', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await handOf(world).create({ userName: 'ana@acme.example', title: 'Lead' });
    expect(await world.idp.post({ userName: 'ana@acme.example' })).toMatchObject({
      id,
      scimManaged: true,
      attributes: { title: 'Lead' },
    });
  });
});

describe('a deactivation by hand', () => {
  it('frees the seat and keeps memberships, so that reactivation restores them', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { developer: 1 } });
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const groupId = await grant(db, world.accountId, ['member'], [id]);
    const { user } = await handOf(world).deactivate(id);
    expect(user).toMatchObject({ state: 'deactivated', licenseType: 'developer', scimManaged: true });
    expect(await groupsOf(world, id)).toEqual([groupId]);
    const ben = await world.idp.post({ userName: 'ben@acme.example' });
    await expect(handOf(world).reactivate(id)).rejects.toMatchObject({ reason: 'no_free_seat' });
    await handOf(world).deactivate(ben.id);
    expect(await handOf(world).reactivate(id)).toMatchObject({ user: { state: 'active', version: 3 } });
    expect(await groupsOf(world, id)).toEqual([groupId]);
    expect(await findMiscounts(db)).toEqual([]);
  });

  it('of somebody invited revokes the invitation; reactivated, they are invited again', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    await handOf(world).deactivate(id);
    expect(await world.invitations()).toEqual([{ address: 'ana@elsewhere.example', outcome: 'revoked' }]);
    expect(await handOf(world).reactivate(id)).toMatchObject({ user: { state: 'invited' } });
    expect(await world.invitations()).toEqual([
      { address: 'ana@elsewhere.example', outcome: 'revoked' },
      { address: 'ana@elsewhere.example', outcome: null },
    ]);
  });

  it.each(['deactivate', 'delete'] as const)(
    'and a deletion end the sessions of the person in the same transaction: %s',
    async (verb) => {
      const world = await givenPeople(db, OPEN);
      const { id } = await world.idp.post({ userName: 'ana@acme.example' });
      const { value } = await inTransaction(db, async (trx) =>
        openSession(trx, world.accountId, id, 'sso', { address: '192.0.2.1', userAgent: null }, NOW),
      );
      expect(await findSession(db, value, NOW)).toMatchObject({ userId: id });
      await handOf(world)[verb](id);
      expect(await findSession(db, value, NOW)).toBeUndefined();
      await handOf(world)[verb === 'delete' ? 'restore' : 'reactivate'](id);
      expect(await findSession(db, value, NOW)).toBeUndefined();
    },
  );

  it('of somebody deactivated, and a reactivation of somebody active or invited, write nothing', async () => {
    const world = await givenPeople(db, OPEN);
    const active = await world.idp.post({ userName: 'ana@acme.example' });
    const invited = await world.idp.post({ userName: 'ben@elsewhere.example' });
    const away = await world.idp.post({ userName: 'cho@acme.example', active: false });
    const before = await world.events();
    const hand = handOf(world);
    const results = [
      await hand.reactivate(active.id),
      await hand.reactivate(invited.id),
      await hand.deactivate(away.id),
    ];
    expect(results.map(({ user }) => user.version)).toEqual([1, 1, 1]);
    expect(await world.events()).toEqual(before);
  });

  it("of the account's last active account_admin is refused with an alert, also to themselves", async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const invited = await world.idp.post({ userName: 'ben@elsewhere.example' });
    await grant(db, world.accountId, ['account_admin'], [id, invited.id]);
    for (const hand of [handOf(world), handOf(world, signedIn(['account_admin'], id))]) {
      for (const verb of ['deactivate', 'delete'] as const) {
        await expect(hand[verb](id)).rejects.toMatchObject({
          reason: 'last_account_admin',
          // Unlike the identity provider's, an administrator's attempt signs nobody out.
          alert: {
            kind: 'user.change_refused',
            alert: true,
            target: { kind: 'user', id },
            detail: { reason: 'last_account_admin' },
          },
        });
      }
    }
    expect(await world.read(id)).toMatchObject({ state: 'active', version: 1 });
  });

  it('of oneself is allowed to an administrator who is not the last', async () => {
    const world = await givenPeople(db, OPEN);
    const [ana, ben] = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ben@acme.example' }),
    ];
    await grant(db, world.accountId, ['account_admin'], [ana.id, ben.id]);
    const hand = handOf(world, signedIn(['account_admin'], ana.id));
    expect(await hand.deactivate(ana.id)).toMatchObject({ user: { state: 'deactivated' } });
  });
});

describe('a deletion by hand', () => {
  it('leaves somebody whom SCIM shows as inactive, who keeps the user name and the memberships', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { developer: 1 } });
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).edit(id, { userName: 'ana@elsewhere.example' });
    const groupId = await grant(db, world.accountId, ['member'], [id]);
    const { user } = await handOf(world).delete(id);
    expect(user).toMatchObject({ state: 'deleted', deletedBy: 'administrator', pendingUserName: null });
    const shown = await findUser(db, world.accountId, id);
    expect(shown && isShownActive(shown)).toBe(false);
    expect(await groupsOf(world, id)).toEqual([groupId]);
    expect((await world.events()).at(-1)?.kind).toBe('user.deleted');
    expect(await findMiscounts(db)).toEqual([]);
    await world.idp.post({ userName: 'ben@acme.example' });
  });

  it('of somebody invited revokes the invitation', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    await handOf(world).delete(id);
    expect(await world.invitations()).toEqual([{ address: 'ana@elsewhere.example', outcome: 'revoked' }]);
  });

  it('of somebody deleted already, by SCIM or by hand, writes nothing', async () => {
    const world = await givenPeople(db, OPEN);
    const [ana, ben] = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ben@acme.example' }),
    ];
    await world.idp.delete(ana.id);
    await handOf(world).delete(ben.id);
    for (const { id } of [ana, ben]) {
      const before = await world.read(id);
      expect((await handOf(world).delete(id)).user).toEqual(before);
    }
  });

  it('ends when the identity provider writes that the person is active: with their groups', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const groupId = await grant(db, world.accountId, ['member'], [id]);
    await handOf(world).delete(id);
    await world.idp.patch(id, { attributes: { title: 'Lead' } });
    expect(await world.read(id)).toMatchObject({ state: 'deleted', attributes: { title: 'Lead' } });
    await world.idp.patch(id, { active: true });
    expect(await world.read(id)).toMatchObject({ state: 'active', deletedBy: null });
    expect(await groupsOf(world, id)).toEqual([groupId]);
  });
});

describe('a restoration by hand', () => {
  it('brings somebody back whom SCIM deleted, without groups, with a newly decided license', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).choose(id, 'read_only');
    await grant(db, world.accountId, ['member'], [id]);
    await world.idp.delete(id);
    expect(await handOf(world).restore(id)).toMatchObject({
      user: {
        id,
        state: 'active',
        licenseType: 'developer',
        licenseSource: 'default',
        manualLicenseType: null,
      },
      mayBeOverwritten: true,
    });
    expect(await groupsOf(world, id)).toEqual([]);
  });

  it('is refused where the kept memberships would give more than the caller has', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).delete(id);
    await grant(db, world.accountId, ['account_admin'], [id]);
    await expect(handOf(world, signedIn(['security_admin'])).restore(id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await handOf(world).restore(id)).toMatchObject({ user: { state: 'active' } });
  });

  it('is refused where the user name is taken', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example', externalId: '1' });
    await world.idp.delete(id);
    await world.idp.post({ userName: 'ana@acme.example', externalId: '2' });
    await expect(handOf(world).restore(id)).rejects.toMatchObject({ reason: 'user_name_taken' });
  });
});

describe('nobody changes the state of a person whose rights exceed their own', () => {
  it.each(['deactivate', 'reactivate', 'delete', 'erase'] as const)('not to %s them', async (verb) => {
    const world = await givenPeople(db, OPEN);
    const [ana, ben] = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ben@acme.example' }),
    ];
    await grant(db, world.accountId, ['account_admin'], [ana.id, ben.id]);
    if (verb === 'reactivate') await handOf(world).deactivate(ana.id);
    if (verb === 'erase') await handOf(world).delete(ana.id);
    const before = await world.read(ana.id);
    await expect(handOf(world, signedIn(['security_admin']))[verb](ana.id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await world.read(ana.id)).toEqual(before);
    await handOf(world)[verb](ana.id);
    expect((await world.read(ana.id)).version).toBe(before.version + 1);
  });
});

async function groupsOf({ accountId }: PeopleWorld, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('group_members')
    .select('group_id')
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.group_id);
}

async function assignByDefault({ accountId }: PeopleWorld, groupId: string): Promise<void> {
  await db
    .updateTable('groups')
    .set({ assign_by_default: true })
    .where('account_id', '=', accountId)
    .where('id', '=', groupId)
    .execute();
}
