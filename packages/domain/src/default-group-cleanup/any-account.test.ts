import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { DefaultGroupKind } from '../groups/default-groups.repository.ts';
import { testDatabase } from '../testing/database.ts';
import { after, type CleanupWorld, givenCleanupWorld, OPERATOR, person } from './cleanup-testing.ts';
import { DEFAULT_GROUP_KINDS, type KeptFor } from './cleanup.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

type GroupName = DefaultGroupKind | 'staff' | 'admins';

interface Person {
  state: 'active' | 'invited' | 'deactivated';
  scimManaged: boolean;
  groups: readonly GroupName[];
  daysAgo: number;
}

const people = fc.array(
  fc.record<Person>({
    state: fc.constantFrom('active', 'active', 'active', 'invited', 'deactivated'),
    scimManaged: fc.boolean(),
    groups: fc.subarray<GroupName>(['owner', 'member', 'everyone', 'staff', 'admins'], { minLength: 1 }),
    daysAgo: fc.nat({ max: 3 }),
  }),
  { minLength: 1, maxLength: 9 },
);
const options = fc.record({
  groups: fc.subarray<DefaultGroupKind>([...DEFAULT_GROUP_KINDS], { minLength: 1 }),
  keepUnmanaged: fc.boolean(),
  turnOffAssignByDefault: fc.boolean(),
});
const interruptions = fc.record({
  batchSize: fc.integer({ min: 1, max: 4 }),
  /** After how many looks at the clock each try is killed. */
  after: fc.array(fc.integer({ min: 2, max: 5 }), { maxLength: 4 }),
});

describe('any account, cleaned up with any interruptions', () => {
  it(
    'leaves as planned by the rules, and undoing it gives exactly the memberships and settings from before',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(people, options, fc.nat(), interruptions, async (given, chosen, who, breaks) => {
          const world = await givenCleanupWorld(db);
          const ids = await givenPeople(world, given);
          // One in three cleanups is the operator's.
          const applies = who % 3 === 0 ? undefined : who % given.length;
          const caller = applies === undefined ? OPERATOR : person(ids[applies] ?? '', 'account_admin');
          const before = [await world.memberships(), await world.assigned()];

          const plan = await world.plan(caller, chosen);
          const expected = decisions(given, chosen, applies);
          expect(await world.membersOf(plan.id)).toEqual(expected.map(wordsOf).toSorted());

          await world.start(plan.id, caller);
          await workWithBreaks(world, plan.id, breaks);
          const left = new Set(
            expected.flatMap(({ index, kind, keptFor }) =>
              keptFor === undefined ? [`${world.groups[kind]} ${ids[index]}`] : [],
            ),
          );
          expect(await world.memberships()).toEqual(
            (before[0] ?? []).filter((line) => !left.has(line.split(' ').slice(0, 2).join(' '))),
          );

          await world.undo(plan.id);
          await workWithBreaks(world, plan.id, breaks);
          expect([await world.memberships(), await world.assigned()]).toEqual(before);
        }),
        { numRuns: 25, seed: 20260504 },
      );
    },
  );
});

async function givenPeople(
  world: CleanupWorld & { staff: string },
  given: readonly Person[],
): Promise<readonly string[]> {
  const admins = await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
  const ids: string[] = [];
  for (const [index, { groups, daysAgo, ...rest }] of given.entries()) {
    const joined = groups.map((name) => {
      if (name === 'admins') return admins;
      return name === 'staff' ? world.staff : name;
    });
    // A second apart, so that no two administrators stand equally long.
    const addedAt = new Date(after(-24 * daysAgo).getTime() + index * 1000);
    ids.push(await world.someone(`p${index}`, joined, { ...rest, addedAt }));
  }
  return ids;
}

async function workWithBreaks(
  world: CleanupWorld,
  cleanupId: string,
  { batchSize, after: breaks }: { batchSize: number; after: readonly number[] },
): Promise<void> {
  for (const looks of breaks) {
    if ((await world.workInterrupted(cleanupId, looks, batchSize)) === 'done') return;
  }
  await world.work(cleanupId, { batchSize });
}

interface Decision {
  index: number;
  kind: DefaultGroupKind;
  keptFor: KeptFor | undefined;
}

function administers(name: GroupName): boolean {
  return name === 'owner' || name === 'admins';
}

/** The rules of the product, told once more and slowly. */
function decisions(
  given: readonly Person[],
  chosen: { groups: readonly DefaultGroupKind[]; keepUnmanaged: boolean },
  applies: number | undefined,
): readonly Decision[] {
  const rows = given.flatMap(({ groups, scimManaged }, index) =>
    chosen.groups
      .filter((kind) => groups.includes(kind))
      .map((kind): Decision => {
        if (kind === 'owner' && index === applies) return { index, kind, keptFor: 'applies_it' };
        const stays = chosen.keepUnmanaged && !scimManaged;
        return { index, kind, keptFor: stays ? 'not_scim_managed' : undefined };
      }),
  );
  const isChosen = (name: GroupName) => chosen.groups.some((kind) => kind === name);
  const remains = given.some(
    ({ state, groups }, index) =>
      state === 'active' &&
      groups.some(
        (name) =>
          administers(name) &&
          (!isChosen(name) ||
            rows.some((row) => row.index === index && row.kind === name && row.keptFor !== undefined)),
      ),
  );
  const owners = rows
    .filter(({ index, kind }) => kind === 'owner' && given[index]?.state === 'active')
    .toSorted((a, b) => standing(given, a.index) - standing(given, b.index));
  const [longest] = owners;
  if (!remains && longest !== undefined) longest.keptFor = 'last_account_admin';
  for (const [index, { groups }] of given.entries()) {
    const own = rows.filter((row) => row.index === index);
    const least = own.at(-1);
    const isSomewhere =
      groups.some((name) => !isChosen(name)) || own.some(({ keptFor }) => keptFor !== undefined);
    if (!isSomewhere && least !== undefined) least.keptFor = 'no_other_group';
  }
  return rows;
}

function standing(given: readonly Person[], index: number): number {
  return index - (given[index]?.daysAgo ?? 0) * 86_400;
}

function wordsOf({ index, kind, keptFor }: Decision): string {
  return keptFor === undefined ? `${kind} p${index} leave` : `${kind} p${index} keep ${keptFor}`;
}
