import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DomainError } from '../errors.ts';
import { chooseLicense } from '../licenses/choose-license.ts';
import type { JsonObject } from '../json.ts';
import { LICENSE_TYPES } from '../licenses/license-type.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { testDatabase } from '../testing/database.ts';
import { createUserByHand } from '../users/create-user-by-hand.ts';
import { deleteUserByHand } from '../users/delete-user-by-hand.ts';
import { editUser } from '../users/edit-user.ts';
import { restoreUser } from '../users/restore-user.ts';
import { deactivateUser, reactivateUser } from '../users/set-active.ts';
import { groupAt, groupDifference } from './group-history.ts';
import { groupsOfUserAt } from './groups-of-user.ts';
import { givenHistory, type HistoryWorld, type Snapshot } from './history-testing.ts';
import { groupsAt } from './groups-at.ts';
import { membersOfGroupAt } from './members-of-group.ts';
import { recordedState } from './recorded-state.ts';
import { userAt, userDifference } from './user-history.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const START = new Date('2026-05-04T08:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const small = fc.nat(5);
const name = fc.constantFrom('ana', 'ben', 'cho', 'dee');
const title = fc.constantFrom('Dr.', 'Prof.', '');
const licenseType = fc.constantFrom(...LICENSE_TYPES);

type Action = (world: HistoryWorld, known: Snapshot) => Promise<unknown>;

/** The nth of those who are there, also of those that others cannot see. */
function nth(map: ReadonlyMap<string, unknown>, index: number): string {
  const ids = [...map.keys()].toSorted();
  return ids[index % Math.max(1, ids.length)] ?? '';
}

/** Everything that an identity provider and an administrator do to people and groups; what is refused changes nothing. */
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ name, title }).map(
    ({ name, title }): Action =>
      ({ idp }) =>
        idp.post({ userName: `${name}@acme.example`, externalId: name, attributes: { title } }),
  ),
  fc.record({ name, of: small }).map(
    ({ name, of }): Action =>
      ({ idp }, { users }) =>
        idp.put(nth(users, of), { userName: `${name}@acme.example` }),
  ),
  fc.record({ of: small, title }).map(
    ({ of, title }): Action =>
      ({ idp }, { users }) =>
        idp.patch(nth(users, of), { attributes: { title, department: of } }),
  ),
  fc.record({ of: small, active: fc.boolean() }).map(
    ({ of, active }): Action =>
      ({ idp }, { users }) =>
        idp.patch(nth(users, of), { active }),
  ),
  fc.record({ of: small, licenseType }).map(
    ({ of, licenseType }): Action =>
      ({ idp }, { users }) =>
        idp.patch(nth(users, of), { licenseType }),
  ),
  small.map(
    (of): Action =>
      ({ idp }, { users }) =>
        idp.delete(nth(users, of)),
  ),
  fc.record({ name, of: small }).map(
    ({ name, of }): Action =>
      (world, { users }) =>
        world.postGroup({
          displayName: name,
          memberIds: [nth(users, of)],
          attributes: { 'urn:x': { a: of } },
        }),
  ),
  fc.record({ group: small, of: small }).map(
    ({ group, of }): Action =>
      (world, { groups, users }) =>
        world.changeGroup(
          nth(groups, group),
          { kind: 'addMembers', memberIds: [nth(users, of), nth(users, of + 1)] },
          { kind: 'removeMembers', memberIds: [nth(users, of + 2)] },
          { kind: 'set', attribute: 'externalId', value: `x${of}` },
        ),
  ),
  fc.record({ group: small, of: small }).map(
    ({ group, of }): Action =>
      (world, { groups, users }) =>
        world.changeGroup(
          nth(groups, group),
          { kind: 'replaceMembers', memberIds: [nth(users, of)] },
          { kind: 'set', attribute: 'displayName', value: `renamed ${of}` },
          { kind: 'changeAttributes', next: () => ({ 'urn:y': { b: of } }) },
        ),
  ),
  small.map(
    (group): Action =>
      (world, { groups }) =>
        world.deleteGroup(nth(groups, group)),
  ),
  name.map(
    (name): Action =>
      ({ run, caller, accountId }) =>
        run((trx) =>
          createUserByHand(trx, caller, accountId, { userName: `${name}@acme.example` }, new Date()),
        ),
  ),
  fc.record({ of: small, name }).map(
    ({ of, name }): Action =>
      ({ run, caller, accountId }, { users }) =>
        run((trx) =>
          editUser(trx, caller, accountId, nth(users, of), { userName: `${name}@acme.example` }, new Date()),
        ),
  ),
  fc
    .record({
      of: small,
      use: fc.constantFrom(deactivateUser, reactivateUser, deleteUserByHand, restoreUser),
    })
    .map(
      ({ of, use }): Action =>
        ({ run, caller, accountId }, { users }) =>
          run((trx) => use(trx, caller, accountId, nth(users, of), new Date())),
    ),
  fc.record({ of: small, licenseType: fc.option(licenseType) }).map(
    ({ of, licenseType }): Action =>
      ({ run, caller, accountId }, { users }) =>
        run((trx) => chooseLicense(trx, caller, accountId, nth(users, of), licenseType, new Date())),
  ),
  fc.record({ manageLicenses: fc.boolean(), defaultLicenseType: licenseType }).map(
    (changes): Action =>
      ({ run, caller, accountId }) =>
        run((trx) => updateScimConfiguration(trx, caller, accountId, changes, new Date())),
  ),
  fc.constant<Action>(({ run, caller, accountId }) =>
    run((trx) => setLicenseMappings(trx, caller, accountId, { mappings: { it: ['admins'] } }, new Date())),
  ),
  fc.record({ name, of: small }).map(
    ({ name, of }): Action =>
      ({ hand }, { users }) =>
        hand.create(`by hand ${name}`, nth(users, of)),
  ),
  fc.record({ group: small, of: small }).map(
    ({ group, of }): Action =>
      ({ hand }, { groups, users }) =>
        hand.add(nth(groups, group), nth(users, of), nth(users, of + 3)),
  ),
  fc.record({ group: small, of: small }).map(
    ({ group, of }): Action =>
      ({ hand }, { groups, users }) =>
        hand.remove(nth(groups, group), nth(users, of)),
  ),
  fc.record({ group: small, on: fc.boolean() }).map(
    ({ group, on }): Action =>
      ({ hand }, { groups }) =>
        hand.update(nth(groups, group), { assignByDefault: on }),
  ),
  fc.record({ group: small, grants: fc.boolean() }).map(
    ({ group, grants }): Action =>
      ({ hand }, { groups }) =>
        grants
          ? hand.grant(nth(groups, group), 'billing_admin')
          : hand.revoke(nth(groups, group), 'billing_admin'),
  ),
  fc.record({ group: small, of: fc.subarray(['a', 'b', 'c']) }).map(
    ({ group, of }): Action =>
      ({ hand }, { groups }) =>
        hand.map(nth(groups, group), of),
  ),
  small.map(
    (group): Action =>
      ({ hand }, { groups }) =>
        hand.delete(nth(groups, group)),
  ),
);

test('after any writes over SCIM and by hand, history at each moment is what was there then', async () => {
  expect.hasAssertions();
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 30, size: 'max' }), async (actions) => {
      vi.setSystemTime(START);
      const world = await givenHistory(db);
      await world.run((trx) =>
        updateScimConfiguration(trx, world.caller, world.accountId, { allowManualUpdates: true }, new Date()),
      );
      const moments: { at: Date; seen: Snapshot }[] = [{ at: START, seen: await world.snapshot() }];
      for (const [index, act] of actions.entries()) {
        const at = new Date(START.getTime() + (index + 1) * 60_000);
        vi.setSystemTime(at);
        await act(world, moments.at(-1)?.seen ?? (await world.snapshot())).catch(ignoreRefusal);
        moments.push({ at, seen: await world.snapshot() });
      }
      const users = new Set(moments.flatMap(({ seen }) => [...seen.users.keys()]));
      const groups = new Set(moments.flatMap(({ seen }) => [...seen.groups.keys()]));
      for (const moment of moments) {
        for (const id of users) await expectUser(world, moment, id);
        for (const id of groups) await expectGroup(world, moment, id);
        await expectGroups(world, moment);
      }
      await expectDifferences(world, moments, { users, groups });
    }),
    { numRuns: 5, seed: 20261201 },
  );
}, 300_000);

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
}

async function expectUser(
  { accountId }: HistoryWorld,
  { at, seen }: { at: Date; seen: Snapshot },
  id: string,
): Promise<void> {
  const expected = seen.users.get(id) ?? null;
  expect(await userAt(db, accountId, id, at)).toEqual({ isKnown: true, state: expected });
  const memberships = [...seen.members]
    .filter(([, members]) => members.includes(id))
    .map(([groupId]) => ({ groupId, displayName: seen.groups.get(groupId)?.['displayName'] }))
    .toSorted((one, other) => (one.groupId < other.groupId ? -1 : 1));
  expect(await groupsOfUserAt(db, accountId, id, at)).toEqual({ isKnown: true, state: memberships });
}

async function expectGroup(
  { accountId }: HistoryWorld,
  { at, seen }: { at: Date; seen: Snapshot },
  id: string,
): Promise<void> {
  const expected = seen.groups.get(id) ?? null;
  expect(await groupAt(db, accountId, id, at)).toEqual({ isKnown: true, state: expected });
  const everybody = await membersOfGroupAt(db, accountId, id, at, { limit: 1_000 });
  expect(everybody).toEqual({ isKnown: true, state: seen.members.get(id) ?? [] });
}

async function expectGroups(
  { accountId }: HistoryWorld,
  { at, seen }: { at: Date; seen: Snapshot },
): Promise<void> {
  const expected = [...seen.groups]
    .map(([groupId, { displayName }]) => ({ groupId, displayName }))
    .toSorted((one, other) => (one.groupId < other.groupId ? -1 : 1));
  expect(await groupsAt(db, accountId, at, { limit: 1_000 })).toEqual({ isKnown: true, state: expected });
}

/** Between the beginning, the middle and the end: the fields that differ are those whose snapshots do, and each names its events. */
async function expectDifferences(
  { accountId }: HistoryWorld,
  moments: readonly { at: Date; seen: Snapshot }[],
  { users, groups }: { users: ReadonlySet<string>; groups: ReadonlySet<string> },
): Promise<void> {
  const [from, to] = [moments[Math.floor(moments.length / 2)], moments.at(-1)];
  if (from === undefined || to === undefined) throw new Error('There are no moments.');
  for (const [ids, difference, kind] of [
    [users, userDifference, 'users'],
    [groups, groupDifference, 'groups'],
  ] as const) {
    for (const id of ids) {
      const told = await difference(db, accountId, id, from.at, to.at);
      if (!told.isKnown) throw new Error('The difference is not known.');
      const [before, after] = [from.seen[kind].get(id) ?? {}, to.seen[kind].get(id) ?? {}];
      expect(told.state.came).toBe(!from.seen[kind].has(id) && to.seen[kind].has(id));
      const changed = told.state.fields.map((each) => [each.field, each.before, each.after]);
      expect(new Map(changed.map(([field, was, is]) => [field, [was, is]]))).toEqual(
        expectedChanges(before, after),
      );
      for (const { events } of told.state.fields) expect(events.length).toBeGreaterThan(0);
    }
  }
}

function expectedChanges(before: JsonObject, after: JsonObject): ReadonlyMap<string, unknown> {
  const [was, is] = [recordedState(before), recordedState(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return new Map(
    names.flatMap((field) => {
      const pair = [was.get(field) ?? null, is.get(field) ?? null];
      return isDeepStrictEqual(pair[0], pair[1]) ? [] : [[field, pair] as const];
    }),
  );
}
