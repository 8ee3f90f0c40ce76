import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { findMiscounts } from '../accounts/miscounts.ts';
import { verifyDomain } from '../accounts/verify-domain.ts';
import { inTransaction } from '../database/transaction.ts';
import { DomainError } from '../errors.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import { type ScimConfigurationInput, updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { testDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { detailDigest } from '../events/append-audit-event.ts';
import { isJsonObject, type JsonObject, type JsonValue, toJson } from '../json.ts';
import { type Hand, handOf } from './edit-testing.ts';
import { listUsers } from './find-users.ts';
import { STORED_FIELDS } from './record-user-change.ts';
import type { User } from './user.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';
import { listAllUsers } from './list-all-users.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

/** What can happen to an account's people. `who` picks one of those who are there. */
const steps = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('post'), ...whatIsSaid() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put'), who: fc.nat(), ...whatIsSaid() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rename'), who: fc.nat(), to: address() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('changeEmail'), who: fc.nat(), to: address() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('setActive'), who: fc.nat(), active: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('assert'), who: fc.nat(), licenseType: licenseType() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), who: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteAsAdministrator'), who: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('edit'), who: fc.nat(), to: address() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('setActiveByHand'), who: fc.nat(), active: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('choose'), who: fc.nat(), licenseType: chosenType() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redecide'), who: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('createByHand'), userName: address() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restore'), who: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase'), who: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('accept'), address: address() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('createUnmanaged'), userName: address() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('configure'), changes: settings() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('map'), groups: fc.subarray(['ops', 'staff']) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('verify'), domain: fc.constant('b.example') }) },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

it('people invited, renamed, deactivated, deleted, restored and erased in any order, over SCIM and by hand, stay in order', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 40 }), async (history) => {
      const world = await givenPeople(db, { verifiedDomains: ['a.example'], seats: { it: 2, developer: 4 } });
      for (const step of history) {
        if (await happens(world, step)) accepted += 1;
        await expectOrder(world);
      }
    }),
    { numRuns: 12, seed: 20261122, endOnFailure: true },
  );
  expect(accepted).toBeGreaterThan(100);
});

/** Whether the step was not refused. Only refusals that tell the caller what to do are expected. */
async function happens(world: PeopleWorld, step: Step): Promise<boolean> {
  try {
    await perform(world, step);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

async function perform(world: PeopleWorld, step: Step): Promise<unknown> {
  if ('who' in step) {
    const person = await pick(world, step.who);
    return person && performOn(world, person, step);
  }
  const { idp, accountId } = world;
  switch (step.kind) {
    case 'post':
      return idp.post(said(step));
    case 'createUnmanaged':
      return world.createUnmanaged(step.userName);
    case 'createByHand':
      return byHand(world).create({ userName: step.userName });
    case 'accept':
      return world.accept(step.address);
    case 'configure':
      return inTransaction(db, (trx) =>
        updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, step.changes, new Date()),
      );
    case 'map':
      return inTransaction(db, (trx) =>
        setLicenseMappings(
          trx,
          operatorCaller(OPERATOR),
          accountId,
          { mappings: { it: step.groups } },
          new Date(),
        ),
      );
    case 'verify':
      return inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, accountId, step.domain, new Date()));
  }
}

async function performOn(
  world: PeopleWorld,
  person: User,
  step: Extract<Step, { who: number }>,
): Promise<unknown> {
  const { idp } = world;
  switch (step.kind) {
    case 'put':
      return idp.put(person.id, said(step));
    case 'rename':
      return idp.patch(person.id, { userName: step.to });
    case 'changeEmail':
      return idp.patch(person.id, { attributes: workEmailOf(step.to) });
    case 'setActive':
      return idp.patch(person.id, { active: step.active });
    case 'assert':
      return idp.patch(person.id, { licenseType: step.licenseType });
    case 'delete':
      return idp.delete(person.id);
    case 'deleteAsAdministrator':
      return world.deleteAsAdministrator(person.id);
    case 'edit':
      return byHand(world).edit(person.id, { userName: step.to, title: 'Lead' });
    case 'setActiveByHand':
      return step.active ? byHand(world).reactivate(person.id) : byHand(world).deactivate(person.id);
    case 'choose':
      return byHand(world).choose(person.id, step.licenseType);
    case 'redecide':
      return byHand(world).redecide(person.id);
    case 'restore':
      return world.restore(person.id);
    case 'erase':
      return world.erase(person.id);
  }
}

// The operator is held by no lock, so that more of the steps are done.
function byHand(world: PeopleWorld): Hand {
  return handOf(world, operatorCaller(OPERATOR));
}

async function pick({ accountId }: PeopleWorld, who: number): Promise<User | undefined> {
  const { users } = await listAllUsers(db, accountId, { limit: 1000 });
  return users[who % users.length];
}

async function expectOrder(world: PeopleWorld): Promise<void> {
  const { accountId } = world;
  const [miscounts, { users }, { total }, invitations] = await Promise.all([
    findMiscounts(db),
    listAllUsers(db, accountId, { limit: 1000 }),
    listUsers(db, accountId, { startIndex: 1, count: 0, withGroups: false, scimBaseUrl: '' }),
    livingInvitations(accountId),
  ]);
  expect(miscounts).toEqual([]);
  expect(total).toBe(users.filter((user) => user.deletedBy !== 'scim').length);
  const names = users
    .flatMap((user) => (user.deletedBy === 'scim' ? [] : [user.userName, user.pendingUserName]))
    .flatMap((name) => (name === null ? [] : [name.toLowerCase()]));
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  expect(invitations).toEqual(
    users.flatMap((user) => (user.state === 'invited' ? [user.id] : [])).toSorted(),
  );
  await expectToldByEvents(accountId, users);
}

/** Each write left one event, and what they tell, in order, is what is stored. */
async function expectToldByEvents(accountId: string, users: readonly User[]): Promise<void> {
  const events = await db
    .selectFrom('audit_events')
    .select(['target_id', 'detail', 'detail_salt', 'detail_digest'])
    .where('account_id', '=', accountId)
    .where('target_kind', '=', 'user')
    .orderBy('target_version')
    .execute();
  for (const user of users) {
    const own = events.filter((event) => event.target_id === user.id);
    expect(own).toHaveLength(user.version);
    if (user.erased) continue;
    expect(replayed(own.map((event) => toJson(event.detail)))).toEqual(storedAsTold(user));
  }
  for (const { detail, detail_salt: salt, detail_digest: digest } of events) {
    const json = toJson(detail);
    if (salt !== null && isJsonObject(json)) expect(detailDigest(salt, json)).toEqual(digest);
  }
}

function replayed(details: readonly JsonValue[]): Record<string, JsonValue> {
  const told: Record<string, JsonValue> = {};
  for (const detail of details) {
    const { attributes = {}, ...fields } = objectAt(detail, 'changes');
    for (const field of Object.keys(fields)) told[field] = objectAt(fields, field)['to'] ?? null;
    for (const name of isJsonObject(attributes) ? Object.keys(attributes) : []) {
      told[`attributes.${name}`] = objectAt(attributes, name)['to'] ?? null;
    }
  }
  return withoutNulls(told);
}

function storedAsTold(user: User): Record<string, JsonValue> {
  const fields = STORED_FIELDS.filter((field) => field !== 'attributes');
  return withoutNulls({
    ...Object.fromEntries(fields.map((field) => [field, toJson(user[field])])),
    ...Object.fromEntries(
      Object.entries(user.attributes).map(([name, value]) => [`attributes.${name}`, value]),
    ),
  });
}

function withoutNulls(values: Record<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function objectAt(value: JsonValue, key: string): JsonObject {
  const part = isJsonObject(value) ? value[key] : undefined;
  if (!isJsonObject(part)) throw new Error(`No object at ${key} of ${JSON.stringify(value)}.`);
  return part;
}

async function livingInvitations(accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('invitations')
    .select('user_id')
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .orderBy('user_id')
    .execute();
  return rows.map((row) => row.user_id);
}

function whatIsSaid() {
  return {
    userName: address(),
    externalId: fc.constantFrom(null, '1', '2'),
    active: fc.constantFrom(undefined, true, true, false),
    licenseType: licenseType(),
    title: fc.constantFrom(undefined, 'Lead'),
  };
}

function said({ title, ...input }: Extract<Step, { kind: 'post' | 'put' }>) {
  const { userName, externalId, active, licenseType: asserted } = input;
  return {
    userName,
    externalId,
    active,
    licenseType: asserted,
    attributes: title === undefined ? {} : { title },
  };
}

// Few names, so that people meet: verified, verified later, never verified.
function address() {
  return fc.constantFrom(
    'x@a.example',
    'X@A.example',
    'y@a.example',
    'x@b.example',
    'y@c.example',
    'z@c.example',
  );
}

function licenseType() {
  return fc.constantFrom(
    undefined,
    undefined,
    null,
    '',
    'it',
    'developer',
    'read_only',
    'analyst',
    'platinum',
  );
}

function chosenType(): fc.Arbitrary<LicenseType | null> {
  return fc.constantFrom(null, 'it', 'developer', 'read_only', 'analyst');
}

function settings(): fc.Arbitrary<ScimConfigurationInput> {
  return fc.record(
    {
      enabled: fc.constantFrom(true, true, false),
      manageLicenses: fc.boolean(),
      userNamePolicy: fc.constantFrom('email', 'any'),
      defaultLicenseType: fc.constantFrom('developer', 'read_only'),
    },
    { requiredKeys: [] },
  );
}
