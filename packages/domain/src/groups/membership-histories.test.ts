import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { RefusedError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonValue, toJson } from '../json.ts';
import { testDatabase } from '../testing/database.ts';
import { type Administrator, administrator } from './by-hand-testing.ts';
import { type Directory, givenDirectory } from './group-testing.ts';
import { previewSignInGroups } from './preview-sign-in-groups.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());

const PEOPLE = 4;
const GROUPS = 5;
/** The first two groups make account administrators. */
const ADMIN_GROUPS = [0, 1];

/** To begin with. */
const MAPPED = [['a'], ['b'], ['a', 'c']];

// The first person often, and the administrators' groups seldom: so that there is a last one to keep.
const who = fc.constantFrom(0, 0, 0, 1, 2, 3);
const which = fc.constantFrom(0, 1, 2, 2, 3, 3, 4, 4);
const idpGroups = fc.subarray(['a', 'b', 'c']);

const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('signIn'),
      who,
      idpGroups: fc.option(idpGroups, { freq: 9, nil: null }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('addByHand'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('removeByHand'), who, which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('addByScim'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('removeByScim'), who, which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('map'), which, idpGroups }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('assign'), which, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enableScim'), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('manage'), who, on: fc.boolean() }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** Every rule told once more, person by person and group by group. */
interface Model {
  scimEnabled: boolean;
  managed: boolean[];
  groups: { idpGroups: string[]; assignByDefault: boolean; members: Map<number, string> }[];
}

it('whoever signs in, is added, removed or synced in any order is in the groups that the rules give, with the origin', async () => {
  let kept = 0;
  let changedBySignIn = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 35 }), async (history) => {
      const world = await givenWorld();
      const model: Model = {
        scimEnabled: true,
        managed: Array.from({ length: PEOPLE }, () => false),
        groups: Array.from({ length: GROUPS }, (_, index) => ({
          idpGroups: MAPPED[index] ?? [],
          assignByDefault: false,
          members: new Map<number, string>(),
        })),
      };
      model.groups[0]?.members.set(0, 'manual');
      for (const step of history) {
        const before = shown(model);
        if (step.kind === 'signIn') {
          const expected = play(model, step.who, step.idpGroups);
          if (expected.kept !== null) kept += 1;
          if (expected.joins.length + expected.leaves.length > 0) changedBySignIn += 1;
          await expectPreview(world, model, step, expected);
          await world.directory.signIn(world.people[step.who] ?? '', step.idpGroups);
        } else {
          await expectOutcome(world, step, happens(model, step));
        }
        expect({ step, before, rows: await rowsOf(world) }).toEqual({ step, before, rows: shown(model) });
      }
      expect(await told(world)).toEqual(shown(model));
    }),
    { numRuns: 25, seed: 20261201, endOnFailure: true },
  );
  expect(kept).toBeGreaterThan(10);
  expect(changedBySignIn).toBeGreaterThan(50);
});

interface World {
  directory: Directory;
  admin: Administrator;
  people: readonly string[];
  groups: readonly string[];
}

async function givenWorld(): Promise<World> {
  const directory = await givenDirectory(database.db, { scim: { allow_manual_updates: true } });
  const people = await directory.users(PEOPLE, { scim_managed: false });
  const groups: string[] = [];
  for (let index = 0; index < GROUPS; index += 1) {
    const grants = ADMIN_GROUPS.includes(index) ? (['account_admin'] as const) : [];
    groups.push(await directory.unmanagedGroup(`Group ${index}`, { grants }));
  }
  const admin = administrator(directory);
  await admin.add(groups[0] ?? '', people[0] ?? '');
  for (const [index, names] of MAPPED.entries()) await directory.mapped(groups[index] ?? '', ...names);
  return { directory, admin, people, groups };
}

interface Played {
  joins: [number, string][];
  leaves: number[];
  kept: number | null;
}

/** Does what the sign-in of somebody does to the model, and says it. */
function play(model: Model, who: number, claimed: readonly string[] | null): Played {
  const says: Played = { joins: [], leaves: [], kept: null };
  if (claimed === null || (model.scimEnabled && model.managed[who] === true)) return says;
  const wasAdministrator = isAdministrator(model, who);
  for (const [index, group] of model.groups.entries()) {
    const matches = group.idpGroups.some((name) => claimed.includes(name));
    if (matches || group.assignByDefault) {
      if (group.members.has(who)) continue;
      const origin = matches ? 'sso_mapping' : 'default';
      group.members.set(who, origin);
      says.joins.push([index, origin]);
    }
  }
  for (const [index, group] of model.groups.entries()) {
    const wanted = group.assignByDefault || group.idpGroups.some((name) => claimed.includes(name));
    if (group.idpGroups.length === 0 || wanted || !group.members.has(who)) continue;
    says.leaves.push(index);
  }
  const origins = says.leaves.map((index) => model.groups[index]?.members.get(who) ?? '');
  for (const index of says.leaves) model.groups[index]?.members.delete(who);
  const nobodyLeft = model.managed.every((_, person) => !isAdministrator(model, person));
  const toKeep = says.leaves.findIndex((index) => ADMIN_GROUPS.includes(index));
  if (wasAdministrator && nobodyLeft && toKeep !== -1) {
    const index = says.leaves[toKeep] ?? 0;
    model.groups[index]?.members.set(who, origins[toKeep] ?? '');
    says.leaves.splice(toKeep, 1);
    says.kept = index;
  }
  return says;
}

/** What anything else does to the model; false when it has to be refused. */
function happens(model: Model, step: Exclude<Step, { kind: 'signIn' }>): boolean {
  switch (step.kind) {
    case 'addByHand':
    case 'addByScim': {
      if (step.kind === 'addByScim' && !model.scimEnabled) return false;
      const members = model.groups[step.which]?.members;
      if (members?.has(step.who) === false)
        members.set(step.who, step.kind === 'addByHand' ? 'manual' : 'scim');
      return true;
    }
    case 'removeByHand':
    case 'removeByScim': {
      if (step.kind === 'removeByScim' && !model.scimEnabled) return false;
      const members = model.groups[step.which]?.members;
      const origin = members?.get(step.who);
      if (members === undefined || origin === undefined) return true;
      const wasAdministrator = isAdministrator(model, step.who);
      members.delete(step.who);
      const nobodyLeft = model.managed.every((_, person) => !isAdministrator(model, person));
      if (wasAdministrator && nobodyLeft) members.set(step.who, origin);
      return !(wasAdministrator && nobodyLeft);
    }
    case 'map': {
      const group = model.groups[step.which];
      if (group !== undefined) group.idpGroups = step.idpGroups;
      return true;
    }
    case 'assign': {
      const group = model.groups[step.which];
      if (group !== undefined) group.assignByDefault = step.on;
      return true;
    }
    case 'enableScim':
      model.scimEnabled = step.on;
      return true;
    case 'manage':
      model.managed[step.who] = step.on;
      return true;
  }
}

function isAdministrator(model: Model, person: number): boolean {
  return ADMIN_GROUPS.some((index) => model.groups[index]?.members.has(person));
}

async function expectOutcome(
  world: World,
  step: Exclude<Step, { kind: 'signIn' }>,
  isDone: boolean,
): Promise<void> {
  expect({ step, isDone: await carryOut(world, step) }).toEqual({ step, isDone });
}

/** Whether it was done; false when a rule refused it. */
async function carryOut(world: World, step: Exclude<Step, { kind: 'signIn' }>): Promise<boolean> {
  try {
    await attemptOf(world, step);
    return true;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

function attemptOf(
  { directory, admin, people, groups }: World,
  step: Exclude<Step, { kind: 'signIn' }>,
): Promise<unknown> {
  const person = 'who' in step ? (people[step.who] ?? '') : '';
  const group = 'which' in step ? (groups[step.which] ?? '') : '';
  switch (step.kind) {
    case 'addByHand':
      return admin.add(group, person);
    case 'removeByHand':
      return admin.remove(group, person);
    case 'addByScim':
      return directory.change(group, { kind: 'addMembers', memberIds: [person] });
    case 'removeByScim':
      return directory.change(group, { kind: 'removeMembers', memberIds: [person] });
    case 'map':
      return admin.map(group, step.idpGroups);
    case 'assign':
      return admin.update(group, { assignByDefault: step.on });
    case 'enableScim':
      return sql`
        update scim_configurations set enabled = ${step.on}, settings_version = settings_version + 1
        where account_id = ${directory.accountId}`.execute(database.db);
    case 'manage':
      return sql`
        update users set scim_managed = ${step.on}
        where account_id = ${directory.accountId} and id = ${person}`.execute(database.db);
  }
}

/** A preview says what the sign-in then does. */
async function expectPreview(
  { directory, people, groups }: World,
  model: Model,
  step: Extract<Step, { kind: 'signIn' }>,
  expected: Played,
): Promise<void> {
  if (step.idpGroups === null) return;
  const userId = people[step.who] ?? '';
  await sql`
    update users set sign_in_groups = ${step.idpGroups}::text[]
    where account_id = ${directory.accountId} and id = ${userId}`.execute(database.db);
  const rules = { scimEnabled: model.scimEnabled };
  const { changes } = await previewSignInGroups(database.db, directory.accountId, rules, { userId });
  const indexOf = ({ groupId }: { groupId: string }) => groups.indexOf(groupId);
  const said = changes.map(({ joins, leaves, keptIn }) => ({
    joins: joins.map((group) => [indexOf(group), group.origin]),
    leaves: leaves.map(indexOf),
    kept: keptIn === null ? null : indexOf(keptIn),
  }));
  const isNothing = expected.joins.length + expected.leaves.length === 0 && expected.kept === null;
  expect(said).toEqual(isNothing ? [] : [expected]);
}

/** `person in group as origin`, in order. */
function shown(model: Model): string[] {
  return model.groups
    .flatMap(({ members }, index) =>
      [...members].map(([person, origin]) => `${person} in ${index} as ${origin}`),
    )
    .toSorted();
}

async function rowsOf({ directory, people, groups }: World): Promise<string[]> {
  const rows = await database.db
    .selectFrom('group_members')
    .select(['group_id', 'user_id', 'origin'])
    .where('account_id', '=', directory.accountId)
    .execute();
  return rows
    .map((row) => `${people.indexOf(row.user_id)} in ${groups.indexOf(row.group_id)} as ${row.origin}`)
    .toSorted();
}

/** The same as the audit events tell it. */
async function told({ directory, people, groups }: World): Promise<string[]> {
  const members = new Map<string, string>();
  for (const { kind, target_id: groupId, detail } of await directory.events()) {
    const said = toJson(detail);
    if (kind !== 'group.members_changed' || !isJsonObject(said)) continue;
    const origin = typeof said['origin'] === 'string' ? said['origin'] : 'scim';
    const place = (id: string) => `${people.indexOf(id)} in ${groups.indexOf(groupId ?? '')}`;
    for (const id of listed(said['removed'])) members.delete(place(id));
    for (const id of listed(said['added'])) members.set(place(id), origin);
  }
  return [...members].map(([place, origin]) => `${place} as ${origin}`).toSorted();
}

function listed(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || !isJsonArray(value)) return [];
  return value.filter((id) => typeof id === 'string');
}
