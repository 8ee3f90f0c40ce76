import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerWith } from '../admins/caller.ts';
import { RefusedError } from '../errors.ts';
import { recordRefusal } from '../events/record-refusal.ts';
import { newId } from '../ids.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { revokeSession, signOut } from './end-session.ts';
import { findSessionsById, listSessionsOf } from './list-sessions.ts';
import { givenSignIn, OPERATOR, ORIGIN, type SignInWorld } from './sso-testing.ts';

const ANA = { userName: 'ana@acme.example', externalId: 'x-ana' };
const HOUR_MS = 3_600_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('a session', () => {
  test('says who its person is and what they may do at this moment', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    expect(await world.session(cookie)).toMatchObject({
      accountId: world.accountId,
      kind: 'sso',
      userId: ana.id,
      userName: ANA.userName,
      permissionSets: [],
    });
    await world.group({ members: [ana.id], grants: ['security_admin'] });
    expect(await world.session(cookie)).toMatchObject({ permissionSets: ['security_admin'] });
  });

  test.each(['', 'x', '.', 'a.b'])('is not opened by %j', async (cookie) => {
    const world = await givenSignIn(database.db);
    expect(await world.session(cookie)).toBeUndefined();
  });

  test("is opened by its own account's name alone", async () => {
    const [ours, theirs] = [await givenSignIn(database.db), await givenSignIn(database.db)];
    const { cookie } = await ours.enter();
    expect(await ours.session(cookie.replace(ours.accountId, theirs.accountId))).toBeUndefined();
  });

  test('ends after 12 hours without use', async () => {
    const world = await givenSignIn(database.db);
    const start = Date.now();
    const { cookie } = await world.enter({}, new Date(start));
    expect(await world.session(cookie, new Date(start + 11 * HOUR_MS))).toBeDefined();
    expect(await world.session(cookie, new Date(start + 22 * HOUR_MS))).toBeDefined();
    expect(await world.session(cookie, new Date(start + 34 * HOUR_MS))).toBeUndefined();
  });

  test('ends after 7 days whatever its use', async () => {
    const world = await givenSignIn(database.db);
    const start = Date.now();
    const { cookie } = await world.enter({}, new Date(start));
    for (let hours = 8; hours < 168; hours += 8) {
      expect(await world.session(cookie, new Date(start + hours * HOUR_MS))).toBeDefined();
    }
    expect(await world.session(cookie, new Date(start + 168 * HOUR_MS))).toBeUndefined();
  });

  test('its value is stored nowhere', async () => {
    const world = await givenSignIn(database.db);
    const { cookie } = await world.enter();
    const rows = await database.db
      .selectFrom('sessions')
      .selectAll()
      .where('account_id', '=', world.accountId)
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(cookie.split('.')[1]);
  });
});

describe('a session ends', () => {
  test('when its person signs out', async () => {
    const world = await givenSignIn(database.db);
    const { cookie, userId } = await world.enter();
    const id = await sessionId(world, cookie);
    await world.as((trx) => signOut(trx, caller(userId), world.accountId, id, new Date()));
    expect(await world.session(cookie)).toBeUndefined();
    expect((await world.events()).at(-1)).toMatchObject({ kind: 'session.ended' });
  });

  test('with a deactivation, and stays ended when the person is reactivated', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    await world.idp.patch(ana.id, { active: false });
    expect(await world.session(cookie)).toBeUndefined();
    await world.idp.patch(ana.id, { active: true });
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.session((await world.enter()).cookie)).toMatchObject({ userId: ana.id });
  });

  test('with a deactivation where seats are limited, by the longer way of the write', async () => {
    const world = await givenSignIn(database.db, { seats: { developer: 5 } });
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    await world.idp.patch(ana.id, { active: false });
    await world.idp.patch(ana.id, { active: true });
    expect(await world.session(cookie)).toBeUndefined();
  });

  test('with a deletion', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    const { cookie } = await world.enter();
    await world.idp.delete(ana.id);
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.idp.post(ANA)).toMatchObject({ id: ana.id });
    expect(await world.session(cookie)).toBeUndefined();
  });

  test('with the refused deactivation of the last administrator, who stays one', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.group({ members: [ana.id], grants: ['account_admin'] });
    const { cookie } = await world.enter();
    const refusal = await world.idp.patch(ana.id, { active: false }).catch((error: unknown) => error);
    if (!(refusal instanceof RefusedError) || refusal.alert === undefined) throw refusal;
    await recordRefusal(database.db, OPERATOR, world.accountId, refusal.alert, new Date());
    expect(await world.session(cookie)).toBeUndefined();
    expect(await world.read(ana.id)).toMatchObject({ state: 'active' });
    expect((await world.events()).at(-1)).toMatchObject({ kind: 'user.change_refused', alert: true });
  });

  test('of sign-ins and deactivations at once, none leaves a session that opens', async () => {
    const world = await givenSignIn(database.db);
    const ana = await world.idp.post(ANA);
    await world.enter();
    for (let round = 0; round < 8; round += 1) {
      const [outcomes] = await Promise.all([
        Promise.all(Array.from({ length: 3 }, () => world.signIn())),
        world.idp.patch(ana.id, { active: false }),
      ]);
      await world.idp.patch(ana.id, { active: true });
      for (const outcome of outcomes) {
        const cookie = outcome.kind === 'signed_in' ? outcome.session.value : '';
        expect(await world.session(cookie)).toBeUndefined();
      }
    }
  });
});

describe('revoking', () => {
  test("ends one's own session without any right", async () => {
    const world = await givenSignIn(database.db);
    const { cookie, userId } = await world.enter();
    const id = await sessionId(world, cookie);
    await world.as((trx) => revokeSession(trx, caller(userId), world.accountId, id, new Date()));
    expect(await world.session(cookie)).toBeUndefined();
  });

  test("of another's session needs people:write", async () => {
    const world = await givenSignIn(database.db);
    const { cookie } = await world.enter();
    const id = await sessionId(world, cookie);
    const revoke = (sets: Parameters<typeof caller>[1]) =>
      world.as((trx) => revokeSession(trx, caller(null, sets), world.accountId, id, new Date()));
    await expect(revoke(['account_viewer'])).rejects.toMatchObject({ right: 'people:write' });
    await revoke(['security_admin']);
    expect(await world.session(cookie)).toBeUndefined();
  });

  test('of somebody with greater rights is refused', async () => {
    const world = await givenSignIn(database.db);
    const { cookie, userId } = await world.enter();
    await world.group({ members: [userId], grants: ['account_admin'] });
    const id = await sessionId(world, cookie);
    await expect(
      world.as((trx) =>
        revokeSession(trx, caller(null, ['security_admin']), world.accountId, id, new Date()),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(await world.session(cookie)).toBeDefined();
  });

  test("of another account's session finds nothing", async () => {
    const [ours, theirs] = [await givenSignIn(database.db), await givenSignIn(database.db)];
    const { cookie } = await theirs.enter();
    const id = await sessionId(theirs, cookie);
    await expect(
      ours.as((trx) => revokeSession(trx, ours.operator, ours.accountId, id, new Date())),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await theirs.session(cookie)).toBeDefined();
  });

  test('lists show the living ones, the newest first', async () => {
    const world = await givenSignIn(database.db);
    const first = await world.enter();
    const second = await world.enter();
    const ids = [await sessionId(world, second.cookie), await sessionId(world, first.cookie)];
    const list = async () =>
      (await listSessionsOf(database.db, world.accountId, [first.userId], new Date())).get(first.userId);
    const byId = async () => [
      ...(await findSessionsById(database.db, world.accountId, ids, new Date())).keys(),
    ];
    expect(new Set(await byId())).toEqual(new Set(ids));
    expect(await list()).toMatchObject(ids.map((id) => ({ id, ...ORIGIN, kind: 'sso' })));
    await world.as((trx) => revokeSession(trx, world.operator, world.accountId, ids[1] ?? '', new Date()));
    expect(await list()).toMatchObject([{ id: ids[0] }]);
    expect(await byId()).toEqual([ids[0]]);
  });
});

function caller(userId: string | null, sets: Parameters<typeof callerWith>[2] = []) {
  return callerWith({ kind: 'administrator', id: userId ?? newId(), name: 'test' }, userId, sets);
}

async function sessionId(world: SignInWorld, cookie: string): Promise<string> {
  const session = await world.session(cookie);
  if (session === undefined) throw new Error('There is no such session.');
  return session.sessionId;
}
