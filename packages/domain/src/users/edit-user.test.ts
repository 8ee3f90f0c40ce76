import { afterAll, describe, expect, it, test } from 'vitest';
import type { PermissionSet } from '../admins/permission-sets.ts';
import { testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { grant, handOf, NOW, signedIn } from './edit-testing.ts';
import { profileValue } from './person-edit.ts';
import { givenPeople, type PeopleWorld, together } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const OPEN = { scim: { allow_manual_updates: true } };

describe('a profile changed by hand', () => {
  test('takes each field to where SCIM shows it, and null takes it away', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({
      userName: 'ana@acme.example',
      attributes: { name: { givenName: 'Ana', formatted: 'Ana I.' }, title: 'Engineer', nickName: 'An' },
    });
    const { user } = await handOf(world).edit(id, {
      displayName: ' Ana Ito ',
      familyName: 'Ito',
      formattedName: null,
      title: null,
      department: 'R&D',
    });
    expect(user).toMatchObject({ version: 2, updatedAt: NOW, scimManaged: true });
    expect(user.attributes).toEqual({
      displayName: 'Ana Ito',
      name: { givenName: 'Ana', familyName: 'Ito' },
      nickName: 'An',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R&D' },
      ...workEmailOf('ana@acme.example'),
    });
    expect(await world.read(id)).toEqual(user);
    expect(profileValue(user.attributes, 'familyName')).toBe('Ito');
    expect(profileValue(user.attributes, 'department')).toBe('R&D');
    expect(profileValue(user.attributes, 'title')).toBeNull();
  });

  test('that loses the last part of its name has no name any more', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.createUnmanaged('ana@acme.example');
    const { user } = await handOf(world).edit(id, { givenName: null, familyName: null });
    expect(user.attributes).toEqual(workEmailOf('ana@acme.example'));
  });

  test('leaves before, after and the administrator in the audit event', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).edit(id, { title: 'Lead' });
    const event = await db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'actor_name', 'target_version', 'detail'])
      .where('account_id', '=', world.accountId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(event).toEqual({
      kind: 'user.changed',
      actor_kind: 'administrator',
      actor_name: 'Ada',
      target_version: 2,
      detail: { changes: { attributes: { title: { from: null, to: 'Lead' } } } },
    });
  });

  test('that stays as it is writes nothing', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example', attributes: { title: 'Lead' } });
    const before = await world.read(id);
    const { user } = await handOf(world).edit(id, {
      userName: 'ana@acme.example',
      title: 'Lead',
      nickName: null,
    });
    expect(user).toEqual(before);
    expect(await world.read(id)).toEqual(before);
    expect(await world.events()).toHaveLength(1);
  });

  test('is refused at another version than the expected one', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).edit(id, { title: 'Lead' }, 1);
    await expect(handOf(world).edit(id, { title: 'Head' }, 1)).rejects.toMatchObject({
      code: 'version_mismatch',
    });
  });

  test.each([
    ['an empty value', { title: ' ' }, 'title'],
    ['a control character', { displayName: 'A\u0000na' }, 'displayName'],
    ['half a surrogate pair', { nickName: '\ud800' }, 'nickName'],
    ['an endless value', { department: 'x'.repeat(501) }, 'department'],
    ['a user name that is no address', { userName: 'ana' }, 'userName'],
    ['an e-mail that is not the user name', { userName: 'b@acme.example', email: 'c@acme.example' }, 'email'],
    ['no e-mail', { email: null }, 'email'],
    ['an e-mail that is no address', { email: 'ana' }, 'userName'],
  ])('refuses %s, with its path', async (_title, edit, path) => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(handOf(world).edit(id, edit)).rejects.toMatchObject({ code: 'invalid_input', path });
    expect(await world.read(id)).toMatchObject({ version: 1 });
  });

  test("of a person who is deleted, or of another account's, is refused", async () => {
    const [world, other] = [await givenPeople(db, OPEN), await givenPeople(db, OPEN)];
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(handOf(other).edit(id, { title: 'Lead' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(handOf(world).edit('ana', { title: 'Lead' })).rejects.toMatchObject({ code: 'not_found' });
    await world.deleteAsAdministrator(id);
    await expect(handOf(world).edit(id, { title: 'Lead' })).rejects.toMatchObject({
      reason: 'is_a_tombstone',
    });
  });
});

describe('an address changed by hand', () => {
  it('applies at once in a verified domain, and the work e-mail follows', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    for (const edit of [{ userName: 'ito@acme.example' }, { email: 'ana.ito@acme.example' }]) {
      const { user } = await handOf(world).edit(id, edit);
      const address = edit.userName ?? edit.email;
      expect(user).toMatchObject({
        userName: address,
        pendingUserName: null,
        oneSidedChange: null,
        signInEmail: address,
        attributes: workEmailOf(address ?? ''),
      });
    }
  });

  it('waits elsewhere; once more changes nothing, and the old address cancels it', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const hand = handOf(world);
    const { user: waiting } = await hand.edit(id, { userName: 'ana@elsewhere.example' });
    expect(waiting).toMatchObject({
      userName: 'ana@acme.example',
      pendingUserName: 'ana@elsewhere.example',
      attributes: workEmailOf('ana@acme.example'),
      version: 2,
    });
    expect((await hand.edit(id, { userName: 'Ana@elsewhere.example' })).user.version).toBe(2);
    expect((await hand.edit(id, { title: 'Lead' })).user.pendingUserName).toBe('ana@elsewhere.example');
    const { user: cancelled } = await hand.edit(id, { userName: 'ana@acme.example' });
    expect(cancelled).toMatchObject({ userName: 'ana@acme.example', pendingUserName: null });
  });

  it('is confirmed from the new address', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).edit(id, { userName: 'ana@elsewhere.example' });
    await world.accept('ana@elsewhere.example');
    expect(await world.read(id)).toMatchObject({ userName: 'ana@elsewhere.example', pendingUserName: null });
  });

  it('of an invited person applies at once: earlier links die, and a new invitation goes there', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const { user } = await handOf(world).edit(id, { userName: 'ana@third.example' });
    expect(user).toMatchObject({ state: 'invited', userName: 'ana@third.example', pendingUserName: null });
    expect(await world.invitations()).toEqual([
      { address: 'ana@elsewhere.example', outcome: 'replaced' },
      { address: 'ana@third.example', outcome: null },
    ]);
  });

  it('of an invited person to a verified domain makes them active', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const { user } = await handOf(world).edit(id, { userName: 'ana@acme.example' });
    expect(user).toMatchObject({ state: 'active', licenseType: 'developer', activatedAt: NOW });
    expect(await world.invitations()).toEqual([{ address: 'ana@elsewhere.example', outcome: 'revoked' }]);
  });

  it('cannot be one that somebody else has or waits for', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const ben = await world.idp.post({ userName: 'ben@acme.example' });
    await handOf(world).edit(ben.id, { userName: 'ben@elsewhere.example' });
    for (const userName of ['BEN@acme.example', 'ben@elsewhere.example']) {
      await expect(handOf(world).edit(id, { userName })).rejects.toMatchObject({
        code: 'conflict',
        reason: 'user_name_taken',
      });
    }
  });

  it('shows at once where user names are free, and the e-mail can be taken away', async () => {
    const world = await givenPeople(db, { scim: { allow_manual_updates: true, user_name_policy: 'any' } });
    const { id } = await world.idp.post({ userName: 'ana' });
    const hand = handOf(world);
    const { user } = await hand.edit(id, { userName: 'ito', email: 'ana@elsewhere.example' });
    expect(user).toMatchObject({
      userName: 'ito',
      signInEmail: null,
      attributes: workEmailOf('ana@elsewhere.example'),
    });
    await expect(hand.edit(id, { email: 'ana' })).rejects.toMatchObject({ path: 'email' });
    expect((await hand.edit(id, { email: null })).user.attributes).toEqual({});
  });
});

describe('nobody changes the address of a person whose rights exceed their own', () => {
  it.each<[readonly PermissionSet[], readonly PermissionSet[], boolean]>([
    [['security_admin'], ['account_admin'], false],
    [['security_admin'], ['billing_admin'], false],
    [['security_admin'], ['security_admin'], true],
    [['security_admin'], ['account_viewer', 'member'], true],
    [['account_admin'], ['account_admin'], true],
  ])('%j of somebody with %j: %s', async (sets, theirs, allowed) => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await grant(db, world.accountId, theirs, [id]);
    const hand = handOf(world, signedIn(sets));
    const results = [
      ...(await together([hand.edit(id, { userName: 'ito@acme.example' })])),
      ...(await together([hand.edit(id, { userName: 'ito@elsewhere.example' })])),
    ];
    expect(results).toEqual(allowed ? ['done', 'done'] : ['forbidden', 'forbidden']);
    expect((await world.read(id)).userName).toBe(allowed ? 'ito@acme.example' : 'ana@acme.example');
  });

  it('not the e-mail either, where user names are free', async () => {
    const world = await givenPeople(db, { scim: { allow_manual_updates: true, user_name_policy: 'any' } });
    const { id } = await world.idp.post({ userName: 'ana', attributes: workEmailOf('ana@acme.example') });
    await grant(db, world.accountId, ['account_admin'], [id]);
    const hand = handOf(world, signedIn(['security_admin']));
    for (const email of ['ito@acme.example', null]) {
      await expect(hand.edit(id, { email })).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  it('a pending change counts, also to cancel it, and rights that wait for the person to be active', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).edit(id, { userName: 'ana@elsewhere.example' });
    await grant(db, world.accountId, ['account_admin'], [id]);
    const hand = handOf(world, signedIn(['security_admin']));
    await expect(hand.edit(id, { userName: 'ana@acme.example' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await world.idp.patch((await second(world)).id, { active: false });
    await world.idp.patch(id, { active: false });
    await expect(hand.edit(id, { userName: 'x@acme.example' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it("the rest of their profile is everybody's who may edit people", async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await grant(db, world.accountId, ['account_admin'], [id]);
    const { user } = await handOf(world, signedIn(['security_admin'])).edit(id, { title: 'Lead' });
    expect(user.attributes).toMatchObject({ title: 'Lead' });
  });
});

/** Another administrator, so that the first can leave. */
async function second({ idp, accountId }: PeopleWorld): Promise<{ id: string }> {
  const { id } = await idp.post({ userName: 'second@acme.example' });
  const third = await idp.post({ userName: 'third@acme.example' });
  await grant(db, accountId, ['account_admin'], [id, third.id]);
  return { id };
}
