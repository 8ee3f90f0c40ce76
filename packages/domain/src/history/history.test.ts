import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finishDeletions } from '../custom-schemas/finish-deletions.ts';
import { defineSchema } from '../custom-schemas/define-schema.ts';
import { removeSchema } from '../custom-schemas/remove-schema.ts';
import { payroll, PAYROLL_URN } from '../custom-schemas/custom-schema-testing.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { newId } from '../ids.ts';
import { testDatabase } from '../testing/database.ts';
import { eraseUser } from '../users/erase-user.ts';
import { groupAt, groupDifference } from './group-history.ts';
import { groupDifferencesOfUser, groupsOfUserAt } from './groups-of-user.ts';
import { givenHistory, type HistoryWorld } from './history-testing.ts';
import { countGroupsAt, groupsAt } from './groups-at.ts';
import {
  countMemberDifferences,
  countMembersOfGroupAt,
  memberDifferences,
  membersOfGroupAt,
} from './members-of-group.ts';
import { userAt, userDifference } from './user-history.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const START = Date.parse('2026-05-04T08:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function at(minute: number): Date {
  return new Date(START + minute * 60_000);
}

/** Does the work at that minute. */
async function during<T>(minute: number, work: () => Promise<T>): Promise<T> {
  vi.setSystemTime(at(minute));
  return work();
}

/** As retention does. */
async function expire({ accountId }: HistoryWorld, before: Date): Promise<void> {
  await sql`delete from audit_events e where e.account_id = ${accountId} and e.at < ${before}`.execute(db);
}

describe('the history of a person', () => {
  test('tells what was known of them at a moment, and nothing before they came', async () => {
    const world = await givenHistory(db);
    const ana = await during(1, () =>
      world.idp.post({ userName: 'ana@acme.example', attributes: { title: 'Dr.' } }),
    );
    await during(2, () => world.idp.patch(ana.id, { active: false, attributes: { title: 'Prof.' } }));
    const told = (minute: number) => userAt(db, world.accountId, ana.id, at(minute));
    expect(await told(0)).toEqual({ isKnown: true, state: null });
    expect(await told(1)).toMatchObject({
      isKnown: true,
      state: { state: 'active', userName: 'ana@acme.example', attributes: { title: 'Dr.' } },
    });
    expect(await told(2)).toMatchObject({ isKnown: true, state: { state: 'deactivated' } });
  });

  test('tells the difference between two moments, and by whom and which request each field was changed', async () => {
    const world = await givenHistory(db);
    const ana = await during(1, () =>
      world.idp.post({ userName: 'ana@acme.example', attributes: { title: 'Dr.' } }),
    );
    await during(2, () => world.idp.patch(ana.id, { attributes: { title: 'Prof.' } }));
    await during(3, () => world.idp.patch(ana.id, { externalId: 'x', attributes: { title: 'Sir' } }));
    await during(4, () => world.idp.patch(ana.id, { externalId: null }));
    const difference = await userDifference(db, world.accountId, ana.id, at(1), at(4));
    if (!difference.isKnown) throw new Error('It is not known.');
    const [title, ...others] = difference.state.fields;
    expect(others).toEqual([]);
    expect(title).toMatchObject({ field: 'attributes.title', before: 'Dr.', after: 'Sir' });
    expect(title?.events.map((event) => [event.at, event.kind, event.actor.kind, event.actor.name])).toEqual([
      [at(2), 'user.changed', 'scim_token', 'test token'],
      [at(3), 'user.changed', 'scim_token', 'test token'],
    ]);
    expect(title?.events[0]?.request).toMatchObject({ method: 'POST', path: '/Users' });
    const nothing = await userDifference(db, world.accountId, ana.id, at(4), at(9));
    expect(nothing).toEqual({ isKnown: true, state: { came: false, went: false, fields: [] } });
  });

  test('tells which groups they joined and left, under the names of then, and by which event', async () => {
    const world = await givenHistory(db);
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example' }));
    const sales = await during(2, () => world.postGroup({ displayName: 'Sales', memberIds: [ana] }));
    const brief = await during(3, () => world.postGroup({ displayName: 'Brief', memberIds: [ana] }));
    await during(4, () =>
      world.changeGroup(sales, { kind: 'set', attribute: 'displayName', value: 'Revenue' }),
    );
    await during(5, () => world.deleteGroup(brief));
    const told = async (minute: number) => {
      const groups = await groupsOfUserAt(db, world.accountId, ana, at(minute));
      return groups.isKnown ? groups.state.map(({ displayName }) => displayName) : 'unknown';
    };
    expect(await told(1)).toEqual([]);
    expect(await told(3)).toEqual(['Sales', 'Brief']);
    expect(await told(4)).toEqual(['Revenue', 'Brief']);
    expect(await told(5)).toEqual(['Revenue']);
    const joined = await groupDifferencesOfUser(db, world.accountId, ana, { from: at(1), to: at(5) });
    expect(joined).toMatchObject({
      isKnown: true,
      state: [{ groupId: sales, displayName: 'Revenue', joined: true, event: { at: at(2) } }],
    });
    const left = await groupDifferencesOfUser(db, world.accountId, ana, { from: at(4), to: at(5) });
    expect(left).toMatchObject({
      isKnown: true,
      state: [{ groupId: brief, displayName: 'Brief', joined: false, event: { at: at(5) } }],
    });
  });

  test('is not told from before they were erased, but since then', async () => {
    const world = await givenHistory(db);
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example' }));
    const sales = await during(2, () => world.postGroup({ displayName: 'Sales', memberIds: [ana] }));
    await during(3, () => world.idp.delete(ana));
    await during(4, () => world.run((trx) => eraseUser(trx, world.caller, world.accountId, ana, new Date())));
    for (const minute of [1, 2, 3]) {
      const told = await userAt(db, world.accountId, ana, at(minute));
      expect(told).toEqual({ isKnown: false, knownSince: at(4) });
    }
    expect(await userAt(db, world.accountId, ana, at(4))).toMatchObject({
      isKnown: true,
      state: { state: 'deleted', erased: true },
    });
    // Memberships hold no personal data.
    expect(await groupsOfUserAt(db, world.accountId, ana, at(2))).toMatchObject({
      isKnown: true,
      state: [{ groupId: sales }],
    });
  });

  test('is told as far back as there are events, and says how far that is', async () => {
    const world = await givenHistory(db);
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example' }));
    await during(2, () => world.idp.patch(ana, { externalId: 'x' }));
    await during(3, () => world.idp.patch(ana, { externalId: 'y' }));
    await during(5, () => world.idp.patch(ana, { externalId: 'z' }));
    await expire(world, at(3));
    const unknown = { isKnown: false, knownSince: at(3) };
    expect(await userAt(db, world.accountId, ana, at(2))).toEqual(unknown);
    expect(await userDifference(db, world.accountId, ana, at(2), at(5))).toEqual(unknown);
    expect(await groupsOfUserAt(db, world.accountId, ana, at(2))).toEqual(unknown);
    expect(await groupDifferencesOfUser(db, world.accountId, ana, { from: at(2), to: at(5) })).toEqual(
      unknown,
    );
    expect(await userAt(db, world.accountId, ana, at(4))).toMatchObject({
      isKnown: true,
      state: { externalId: 'y' },
    });
  });

  test('is not made up where a change left no event', async () => {
    const world = await givenHistory(db);
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example' }));
    await sql`
      update users u set external_id = 'silent', version = u.version + 1, updated_at = ${at(2)}
      where u.account_id = ${world.accountId} and u.id = ${ana}`.execute(db);
    expect(await userAt(db, world.accountId, ana, at(1))).toEqual({ isKnown: false, knownSince: at(2) });
    await during(3, () => world.idp.patch(ana, { externalId: 'told' }));
    expect(await userAt(db, world.accountId, ana, at(1))).toEqual({ isKnown: false, knownSince: at(3) });
    expect(await userAt(db, world.accountId, ana, at(3))).toMatchObject({
      isKnown: true,
      state: { externalId: 'told' },
    });
  });

  test('tells the values that went with a schema of the account', async () => {
    const world = await givenHistory(db);
    const { accountId, run } = world;
    const actor = world.caller.actor;
    await run((trx) =>
      defineSchema(trx, actor, accountId, { resourceType: 'User', document: payroll('grade') }, new Date()),
    );
    const attributes = { [PAYROLL_URN]: { grade: '7' } };
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example', attributes }));
    await during(2, async () => {
      await run((trx) =>
        removeSchema(trx, actor, accountId, { urn: PAYROLL_URN, deleteValues: true }, new Date()),
      );
      await finishDeletions(db, actor, accountId, PAYROLL_URN, () => new Date());
    });
    expect(await userAt(db, accountId, ana, at(1))).toMatchObject({ isKnown: true, state: { attributes } });
    const difference = await userDifference(db, accountId, ana, at(1), at(2));
    expect(difference).toMatchObject({
      isKnown: true,
      state: {
        fields: [{ field: `attributes.${PAYROLL_URN}`, before: { grade: '7' }, after: null, events: [{}] }],
      },
    });
  });
});

describe('the history of a group', () => {
  test('is told also when it is deleted, with its permission sets and its mapping', async () => {
    const world = await givenHistory(db);
    const sales = await during(1, () => world.postGroup({ displayName: 'Sales', externalId: 'x' }));
    await during(2, () => world.hand.grant(sales, 'billing_admin'));
    await during(3, () => world.hand.map(sales, ['b', 'a']));
    await during(4, () => world.deleteGroup(sales));
    const told = (minute: number) => groupAt(db, world.accountId, sales, at(minute));
    expect(await told(0)).toEqual({ isKnown: true, state: null });
    const made = { displayName: 'Sales', externalId: 'x', scimManaged: true, assignByDefault: false };
    expect(await told(1)).toEqual({ isKnown: true, state: { ...made, attributes: {} } });
    const mapped = { permissionSets: ['billing_admin'], idpGroups: ['a', 'b'] };
    expect(await told(3)).toEqual({ isKnown: true, state: { ...made, ...mapped, attributes: {} } });
    expect(await told(4)).toEqual({ isKnown: true, state: null });
    const difference = await groupDifference(db, world.accountId, sales, at(1), at(3));
    expect(difference).toMatchObject({
      isKnown: true,
      state: {
        came: false,
        fields: [
          { field: 'idpGroups', before: null, after: ['a', 'b'], events: [{ at: at(3) }] },
          { field: 'permissionSets', before: null, after: ['billing_admin'], events: [{ at: at(2) }] },
        ],
      },
    });
    const whole = await groupDifference(db, world.accountId, sales, at(0), at(4));
    expect(whole).toEqual({ isKnown: true, state: { came: false, went: false, fields: [] } });
  });

  test('tells who was in it and who came and went, page by page, with what made it so', async () => {
    const world = await givenHistory(db);
    const people = await during(1, async () => {
      const made = [];
      for (const name of ['ana', 'ben', 'cho', 'dee']) {
        made.push((await world.idp.post({ userName: `${name}@acme.example` })).id);
      }
      return made;
    });
    const [ana = '', ben = '', cho = '', dee = ''] = people;
    const sales = await during(2, () => world.postGroup({ displayName: 'Sales', memberIds: [ana, ben] }));
    await during(3, () =>
      world.changeGroup(
        sales,
        { kind: 'addMembers', memberIds: [cho, dee] },
        { kind: 'removeMembers', memberIds: [ana] },
      ),
    );
    await during(4, () => world.changeGroup(sales, { kind: 'removeMembers', memberIds: [dee] }));
    await during(5, () => world.idp.delete(ben));
    const members = async (minute: number, page = {}) => {
      const told = await membersOfGroupAt(db, world.accountId, sales, at(minute), { limit: 9, ...page });
      return told.isKnown ? told.state : 'unknown';
    };
    expect(await members(1)).toEqual([]);
    expect(await members(2)).toEqual([ana, ben]);
    expect(await members(3)).toEqual([ben, cho, dee]);
    expect(await members(3, { limit: 2 })).toEqual([ben, cho]);
    expect(await members(3, { limit: 2, behind: cho })).toEqual([dee]);
    expect(await members(3, { backward: true, limit: 2 })).toEqual([dee, cho]);
    expect(await members(3, { backward: true, behind: dee })).toEqual([cho, ben]);
    expect(await members(5)).toEqual([cho]);
    expect(await countMembersOfGroupAt(db, world.accountId, sales, at(3))).toEqual({
      isKnown: true,
      state: 3,
    });
    const differences = async (from: number, to: number, page = {}) => {
      const span = { from: at(from), to: at(to) };
      const told = await memberDifferences(db, world.accountId, sales, span, { limit: 9, ...page });
      return told.isKnown ? told.state.map(({ userId, joined, event }) => [userId, joined, event.at]) : [];
    };
    expect(await differences(2, 5)).toEqual([
      [ana, false, at(3)],
      [ben, false, at(5)],
      [cho, true, at(3)],
    ]);
    expect(await differences(2, 5, { limit: 1, behind: ana })).toEqual([[ben, false, at(5)]]);
    expect(await differences(2, 5, { backward: true, limit: 1 })).toEqual([[cho, true, at(3)]]);
    const span = { from: at(2), to: at(5) };
    expect(await countMemberDifferences(db, world.accountId, sales, span)).toEqual({
      isKnown: true,
      state: 3,
    });
    await expire(world, at(3));
    expect(await members(2)).toBe('unknown');
    expect(await members(3)).toEqual([ben, cho, dee]);
  });

  test('of a thousand changes and people is not read whole to tell a page of it', async () => {
    const world = await givenHistory(db);
    const people = Array.from({ length: 3_000 }, () => newId()).toSorted();
    const sales = await during(1, () => world.postGroup({ displayName: 'Sales' }));
    await sql`
      insert into users (account_id, id, state, scim_managed, user_name, license_type, license_source, created_at, updated_at)
      select ${world.accountId}::uuid, id, 'active', true, id || '@acme.example', 'developer', 'default', ${at(1)}, ${at(1)}
      from unnest(${people}::uuid[]) as id`.execute(db);
    await during(2, () => world.changeGroup(sales, { kind: 'addMembers', memberIds: people }));
    await during(3, () => world.changeGroup(sales, { kind: 'removeMembers', memberIds: people.slice(10) }));
    const told = await membersOfGroupAt(db, world.accountId, sales, at(2), {
      limit: 3,
      behind: people[99],
    });
    expect(told).toEqual({ isKnown: true, state: people.slice(100, 103) });
  });
});

describe('the groups of an account', () => {
  test('are listed as they were at a moment, those included that are gone, in pages', async () => {
    const world = await givenHistory(db);
    const sales = await during(1, () => world.postGroup({ displayName: 'Sales' }));
    const ops = await during(2, () => world.postGroup({ displayName: 'Ops' }));
    await during(3, () =>
      world.changeGroup(sales, { kind: 'set', attribute: 'displayName', value: 'Trade' }),
    );
    await during(4, () => world.deleteGroup(sales));
    const names = async (minute: number, page = {}) => {
      const told = await groupsAt(db, world.accountId, at(minute), { limit: 9, ...page });
      return told.isKnown ? told.state.map(({ displayName }) => displayName) : 'unknown';
    };
    const defaults = ['Owner', 'Member', 'Everyone'];
    expect(await names(1)).toEqual([...defaults, 'Sales']);
    expect(await names(2)).toEqual([...defaults, 'Sales', 'Ops']);
    expect(await names(3)).toEqual([...defaults, 'Trade', 'Ops']);
    expect(await names(4)).toEqual([...defaults, 'Ops']);
    expect(await names(3, { behind: sales })).toEqual(['Ops']);
    expect(await names(3, { behind: ops, backward: true, limit: 1 })).toEqual(['Trade']);
    expect(await countGroupsAt(db, world.accountId, at(3))).toEqual({ isKnown: true, state: 5 });
    expect(await names(-9)).toEqual([]);
    await expire(world, at(2));
    expect(await names(1)).toBe('unknown');
    expect(await names(3)).toEqual([...defaults, 'Trade', 'Ops']);
  });
});

describe('whoever asks for history', () => {
  test('is told nothing of another account', async () => {
    const [world, stranger] = [await givenHistory(db), await givenHistory(db)];
    const { id: ana } = await during(1, () => stranger.idp.post({ userName: 'ana@acme.example' }));
    const sales = await during(2, () => stranger.postGroup({ displayName: 'Sales', memberIds: [ana] }));
    const span = { from: at(1), to: at(3) };
    const page = { limit: 9 };
    for (const ask of [
      () => userAt(db, world.accountId, ana, at(3)),
      () => userDifference(db, world.accountId, ana, at(1), at(3)),
      () => groupsOfUserAt(db, world.accountId, ana, at(3)),
      () => groupDifferencesOfUser(db, world.accountId, ana, span),
      () => groupAt(db, world.accountId, sales, at(3)),
      () => groupDifference(db, world.accountId, sales, at(1), at(3)),
      () => membersOfGroupAt(db, world.accountId, sales, at(3), page),
      () => memberDifferences(db, world.accountId, sales, span, page),
      () => userAt(db, world.accountId, 'no id', at(3)),
    ]) {
      await expect(ask()).rejects.toBeInstanceOf(NotFoundError);
    }
  });

  test('is told that a difference cannot run backwards', async () => {
    const world = await givenHistory(db);
    const { id: ana } = await during(1, () => world.idp.post({ userName: 'ana@acme.example' }));
    const backwards = userDifference(db, world.accountId, ana, at(2), at(1));
    await expect(backwards).rejects.toBeInstanceOf(InvalidInputError);
  });
});
