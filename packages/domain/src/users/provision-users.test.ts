import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { inAccount } from '../database/tenancy/account-scope.ts';
import { inTransaction } from '../database/transaction.ts';
import { DomainError } from '../errors.ts';
import { detailDigest } from '../events/append-audit-event.ts';
import { isJsonObject, toJson } from '../json.ts';
import { testDatabase } from '../testing/database.ts';
import { scimActor } from '../testing/accounts.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { listAllUsers } from './list-all-users.ts';
import { provisionUser } from './provision-user.ts';
import { provisionUsers } from './provision-users.ts';
import type { User, UserInput } from './user.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function person(userName: string, more: Partial<UserInput> = {}): UserInput {
  return {
    userName,
    externalId: null,
    active: true,
    attributes: { name: { givenName: 'Ana' } },
    licenseType: undefined,
    namesAddress: true,
    ...more,
  };
}

function together(world: PeopleWorld, inputs: readonly UserInput[], mostErrors?: number) {
  const { accountId } = world;
  return inAccount(accountId, () =>
    inTransaction(db, (trx) => provisionUsers(trx, ACTOR, accountId, inputs, NOW, mostErrors)),
  );
}

async function oneByOne(world: PeopleWorld, input: UserInput): Promise<User | DomainError> {
  try {
    return await inTransaction(db, (trx) => provisionUser(trx, ACTOR, world.accountId, input, NOW));
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

const ACTOR = scimActor();
const NOW = new Date('2026-11-22T10:00:00Z');

it('people whom nobody knows are all created, active or invited, in one transaction', async () => {
  const world = await givenPeople(db);
  const outcomes = await together(world, [
    person('a@acme.example'),
    person('b@elsewhere.example'),
    person('c@acme.example', { active: false }),
  ]);
  expect(outcomes.map((each) => (isUser(each) ? each.state : each))).toEqual([
    'active',
    'invited',
    'deactivated',
  ]);
  const [first] = outcomes;
  const stored = await world.read(isUser(first) ? first.id : '');
  expect(stored).toEqual(first);
});

it('the last free seats go to those who come first, and who gets none is refused by name', async () => {
  const world = await givenPeople(db, { seats: { it: 2 } });
  const outcomes = await together(
    world,
    ['a', 'b', 'c', 'd'].map((name) =>
      person(`${name}@acme.example`, { licenseType: name === 'b' ? 'developer' : 'it' }),
    ),
  );
  expect(outcomes.map(told)).toEqual([
    'a@acme.example active it',
    'b@acme.example active developer',
    'c@acme.example active it',
    'refused: There is no free it license: 2 of 2 seats are in use. Free a seat, raise the limit, or assert another licenseType.',
  ]);
  expect(await findMiscounts(db)).toEqual([]);
});

it('names that the account knows, or that come twice, are left to be decided alone', async () => {
  const world = await givenPeople(db);
  await world.idp.post({ userName: 'known@acme.example' });
  const outcomes = await together(world, [
    person('KNOWN@acme.example'),
    person('new@acme.example'),
    person('New@acme.example'),
  ]);
  expect(outcomes.map(told)).toEqual(['alone', 'new@acme.example active developer', 'alone']);
});

it('nothing is done after as many refusals as the caller bears', async () => {
  const world = await givenPeople(db);
  const inputs = ['a@acme.example', 'no address', 'b@acme.example'].map((name) => person(name));
  expect((await together(world, inputs, 1)).map(told)).toEqual([
    'a@acme.example active developer',
    expect.stringMatching(/^invalid_input: userName must be an e-mail address/),
  ]);
  const { users } = await listAllUsers(db, world.accountId, { limit: 10 });
  expect(users.map((user) => user.userName)).toEqual(['a@acme.example']);
});

it('of five batches of the same names at once, in either order, each name is given once', async () => {
  const world = await givenPeople(db);
  const names = Array.from({ length: 40 }, (_, index) => `person-${index}@acme.example`);
  const runs = await Promise.all(
    Array.from({ length: 5 }, (_, run) => {
      const order = run % 2 === 0 ? names : names.toReversed();
      return together(
        world,
        order.map((name) => person(name)),
      );
    }),
  );
  const created = runs.flat().filter(isUser);
  expect(created.map((user) => user.userName).toSorted()).toEqual(names.toSorted());
  expect(await findMiscounts(db)).toEqual([]);
});

it('people created together are, whatever was before, exactly what they would be one after the other', async () => {
  let createdTogether = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(before(), { maxLength: 8 }),
      fc.array(input(), { minLength: 1, maxLength: 12 }),
      fc.record({
        manage_licenses: fc.boolean(),
        user_name_policy: fc.constantFrom('email' as const, 'any' as const),
      }),
      fc.constantFrom(undefined, undefined, 1, 2),
      async (history, inputs, scim, mostErrors) => {
        const given = { scim, verifiedDomains: ['a.example'], seats: { it: 2, developer: 4 } };
        const [left, right] = await Promise.all([givenPeople(db, given), givenPeople(db, given)]);
        for (const world of [left, right]) {
          for (const step of history) await happens(world, step);
        }
        const fromLeft = await inBatches(left, inputs, mostErrors ?? Infinity);
        createdTogether += fromLeft.createdTogether;
        const fromRight = await inALoop(right, inputs, mostErrors ?? Infinity);
        expect(fromLeft.outcomes.map(told)).toEqual(fromRight.map(told));
        expect(await everythingOf(left)).toEqual(await everythingOf(right));
      },
    ),
    { numRuns: 60, seed: 20261122, endOnFailure: true },
  );
  expect(createdTogether).toBeGreaterThan(50);
  expect(await findMiscounts(db)).toEqual([]);
});

/** As a caller does it: whoever is left out is decided alone, in their turn. */
async function inBatches(world: PeopleWorld, inputs: readonly UserInput[], mostErrors: number) {
  const outcomes: (User | DomainError)[] = [];
  let createdTogether = 0;
  const errors = () => outcomes.filter((each) => each instanceof DomainError).length;
  while (outcomes.length < inputs.length && errors() < mostErrors) {
    const rest = inputs.slice(outcomes.length);
    const batch = await together(world, rest, mostErrors - errors());
    createdTogether += batch.filter(isUser).length;
    for (const [index, outcome] of (batch.length === 0 ? ['alone' as const] : batch).entries()) {
      const said = rest[index];
      if (said !== undefined) outcomes.push(outcome === 'alone' ? await oneByOne(world, said) : outcome);
    }
  }
  return { outcomes, createdTogether };
}

async function inALoop(world: PeopleWorld, inputs: readonly UserInput[], mostErrors: number) {
  const outcomes: (User | DomainError)[] = [];
  for (const said of inputs) {
    outcomes.push(await oneByOne(world, said));
    if (outcomes.filter((each) => each instanceof DomainError).length >= mostErrors) break;
  }
  return outcomes;
}

function isUser(outcome: User | DomainError | 'alone' | undefined): outcome is User {
  return outcome !== undefined && outcome !== 'alone' && !(outcome instanceof DomainError);
}

function told(outcome: User | DomainError | 'alone'): string {
  if (outcome === 'alone') return outcome;
  if (outcome instanceof DomainError) return `${outcome.code}: ${outcome.message}`;
  return `${outcome.userName} ${outcome.state} ${outcome.licenseType}`;
}

/** All rows of an account's people, without what differs between two accounts that went through the same. */
async function everythingOf({ accountId }: PeopleWorld): Promise<unknown> {
  const [people, seats, invitations, events, totals] = await Promise.all([
    sql<Row>`select * from users where account_id = ${accountId} order by id`.execute(db),
    sql<Row>`select * from license_seats where account_id = ${accountId} order by license_type`.execute(db),
    sql<Row>`select * from invitations where account_id = ${accountId} order by address`.execute(db),
    sql<Row>`select * from audit_events where account_id = ${accountId} order by id`.execute(db),
    sql<Row>`
      select sum(amount) as amount from resource_counts where account_id = ${accountId}`.execute(db),
  ]);
  for (const { detail, detail_salt: salt, detail_digest: digest } of events.rows) {
    const json = toJson(detail);
    if (!(salt instanceof Uint8Array) || !isJsonObject(json))
      throw new Error('An event has lost its detail.');
    expect(detailDigest(salt, json)).toEqual(digest);
  }
  return [people, seats, invitations, events, totals].map(({ rows }) => rows.map(comparable).toSorted());
}

type Row = Record<string, unknown>;

const OWN = new Set(['account_id', 'id', 'user_id', 'target_id', 'detail_salt', 'detail_digest']);

function comparable(row: Row): string {
  const kept = Object.entries(row)
    .filter(([name]) => !OWN.has(name) && !MOMENTS.has(name))
    // What happened before has an author of its own in each account.
    .map(([name, value]) => (AUTHORS.has(name) ? [name, AUTHOR_IDS.has(value)] : [name, value]));
  return JSON.stringify(Object.fromEntries(kept)).replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/gu, '"then"');
}

const AUTHORS = new Set(['actor_id', 'request_id']);
const AUTHOR_IDS = new Set<unknown>('request' in ACTOR ? [ACTOR.id, ACTOR.request?.id] : []);

// What happened before took place at its own time in each account.
const MOMENTS = new Set(['created_at', 'updated_at', 'at', 'expires_at', 'ended_at', 'activated_at']);

function before() {
  return fc.record({
    kind: fc.constantFrom(
      'post',
      'post',
      'unmanaged',
      'delete',
      'deleteAsAdministrator',
      'rename',
      'accept',
      'deactivate',
    ),
    userName: address(),
    to: address(),
    externalId: fc.constantFrom(null, '1'),
  });
}
type Step = ReturnType<typeof before> extends fc.Arbitrary<infer T> ? T : never;

async function happens(world: PeopleWorld, step: Step): Promise<void> {
  try {
    await perform(world, step);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

async function perform(world: PeopleWorld, { kind, userName, to, externalId }: Step): Promise<unknown> {
  if (kind === 'post') return world.idp.post({ userName, externalId });
  if (kind === 'unmanaged') return world.createUnmanaged(userName);
  if (kind === 'accept') return world.accept(userName);
  const { users } = await listAllUsers(db, world.accountId, { limit: 100 });
  const found = users.find((user) => user.userName === userName && user.state !== 'deleted');
  if (found === undefined) return undefined;
  if (kind === 'delete') return world.idp.delete(found.id);
  if (kind === 'deleteAsAdministrator') return world.deleteAsAdministrator(found.id);
  if (kind === 'deactivate') return world.idp.patch(found.id, { active: false });
  return world.idp.patch(found.id, { userName: to });
}

function input(): fc.Arbitrary<UserInput> {
  return fc.record({
    userName: fc.oneof(address(), fc.constantFrom('İ@a.example', 'no address', ' ')),
    externalId: fc.constantFrom(null, '1', '2'),
    active: fc.constantFrom(undefined, true, true, false),
    attributes: fc.constantFrom({}, { title: 'Lead' }, workEmailOf('p@a.example'), {
      emails: [{ value: 'P@c.example' }, { value: 'Q@c.example', primary: true }],
    }),
    licenseType: fc.constantFrom(
      undefined,
      undefined,
      null,
      'it',
      'developer',
      'read_only',
      'analyst',
      'gold',
    ),
    namesAddress: fc.constant(true),
  });
}

function address(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['p', 'P', 'q', 'r', 's', 't', 'u', 'v'].flatMap((name) => [`${name}@a.example`, `${name}@c.example`]),
  );
}
