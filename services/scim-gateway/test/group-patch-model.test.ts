import type { JsonObject } from '@rollcall/scim-protocol/json';
import { fuzzing } from '@rollcall/scim-protocol/testing/fuzzing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addGroup,
  addUsers,
  membersOf,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';

const NOBODY = '018f2d00-0000-7000-8000-0000000000ff';
const PEOPLE = ['ana', 'bo', 'cy', 'di', 'eve'];

let gateway: TestGateway;
let client: ScimClient;
let people: readonly string[];
let group: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('modelled');
  people = await addUsers(client, PEOPLE);
  group = await addGroup(client, 'Data');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** A group as its PATCH rules see it. */
interface Model {
  name: string | null;
  externalId: string | null;
  members: Set<string>;
}

/** An operation as clients send it, and what it does to a group; a keyword is the refusal of the whole request. */
interface Step {
  readonly operation: JsonObject;
  readonly run: (model: Model) => string | undefined;
}

const person = fc.nat(PEOPLE.length - 1);
const persons = fc.uniqueArray(person, { maxLength: 3 });
const idOf = (index: number): string => people[index] ?? NOBODY;
const write = fc.constantFrom('add', 'replace', 'Replace');
const name = fc.constantFrom('Data', 'data', 'Ops', 'Ünïcode');

function setting(operation: JsonObject, change: (model: Model) => void): Step {
  return {
    operation,
    run: (model) => {
      change(model);
      return undefined;
    },
  };
}

const naming = fc.oneof(
  fc.tuple(write, name).map(([op, value]) =>
    setting({ op, path: 'displayName', value }, (model) => {
      model.name = value;
    }),
  ),
  fc.tuple(write, name).map(([op, value]) =>
    setting({ op, value: { id: 'ignored', displayName: value } }, (model) => {
      model.name = value;
    }),
  ),
  fc.tuple(write, fc.constantFrom('e1', 'E1', null, '')).map(([op, value]) =>
    setting({ op, path: 'externalId', value }, (model) => {
      model.externalId = value === '' ? null : value;
    }),
  ),
  // A later operation may name the group again: RFC 7644 3.5.2 judges the result.
  fc.constant(
    setting({ op: 'remove', path: 'displayName' }, (model) => {
      model.name = null;
    }),
  ),
  fc.constant(
    setting({ op: 'remove', path: 'EXTERNALID' }, (model) => {
      model.externalId = null;
    }),
  ),
);

function entries(indexes: readonly number[]): JsonObject[] {
  return indexes.map((index) => ({ value: idOf(index) }));
}

function join(model: Model, indexes: readonly number[]): void {
  for (const index of indexes) model.members.add(idOf(index));
}

/** Made when the people have their ids. */
function membership(): fc.Arbitrary<Step> {
  return fc.oneof(
    persons.map((who) =>
      setting({ op: 'add', path: 'members', value: entries(who) }, (model) => join(model, who)),
    ),
    persons.map((who) =>
      setting({ op: 'Add', value: { members: entries(who) } }, (model) => join(model, who)),
    ),
    person.map((who) =>
      setting({ op: 'add', path: 'members', value: idOf(who) }, (model) => join(model, [who])),
    ),
    person.map((who) =>
      setting({ op: 'add', path: `members[value eq "${idOf(who)}"]`, value: { value: idOf(who) } }, (model) =>
        join(model, [who]),
      ),
    ),
    fc.tuple(persons, fc.boolean()).map(([who, hasPath]) => {
      const wire = hasPath ? { path: 'members', value: entries(who) } : { value: { members: entries(who) } };
      return setting({ op: 'replace', ...wire }, (model) => {
        model.members = new Set(who.map(idOf));
      });
    }),
    persons.map((who) =>
      setting({ op: 'remove', path: 'members', value: entries(who) }, (model) =>
        who.forEach((index) => model.members.delete(idOf(index))),
      ),
    ),
    fc.uniqueArray(person, { minLength: 1, maxLength: 2 }).map((who) => {
      const filter = who.map((index) => `value eq "${idOf(index)}"`).join(' or ');
      return setting({ op: 'remove', path: `members[${filter}]` }, (model) =>
        who.forEach((index) => model.members.delete(idOf(index))),
      );
    }),
    person.map((who) =>
      setting(
        { op: 'remove', path: `members[not (value eq "${idOf(who)}") and type eq "user"]` },
        (model) => {
          model.members = new Set([...model.members].filter((id) => id === idOf(who)));
        },
      ),
    ),
    fc
      .constantFrom({ op: 'remove', path: 'members' }, { op: 'remove', path: 'members', value: null })
      .map((operation) => setting(operation, (model) => model.members.clear())),
  );
}

const refused: fc.Arbitrary<Step> = fc
  .constantFrom<[JsonObject, string]>(
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: `members[value eq "${NOBODY}"].value`, value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'members', value: [{ value: NOBODY }] }, 'invalidValue'],
    [{ op: 'add', path: 'shoeSize', value: 42 }, 'invalidPath'],
    [{ op: 'remove' }, 'noTarget'],
  )
  .map(([operation, scimType]) => ({ operation, run: () => scimType }));

test('any operations on a group leave what a plain model of a group has, or nothing changed', async () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: naming },
      { weight: 9, arbitrary: membership() },
      { weight: 1, arbitrary: refused },
    ),
    { minLength: 1, maxLength: 6 },
  );
  const model: Model = { name: 'Data', externalId: null, members: new Set() };
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const next: Model = { ...model, members: new Set(model.members) };
      const refusals = list.flatMap(({ run }) => run(next) ?? []);
      if (next.name === null) refusals.push('mutability');
      const before = (await client.get(`/Groups/${group}`)).body;
      const answer = await client.patch(
        `/Groups/${group}`,
        list.map(({ operation }) => operation),
      );
      const after = (await client.get(`/Groups/${group}`)).body;
      expect(answer.status).toBe(refusals.length === 0 ? 204 : 400);
      expect([undefined, ...refusals]).toContain(answer.body['scimType']);
      if (answer.status === 204) Object.assign(model, next);
      expect({
        name: after['displayName'],
        externalId: after['externalId'] ?? null,
        members: await membersOf(client, group),
      }).toEqual({ ...model, members: [...model.members].toSorted() });
      // Nothing changed, nothing written.
      const isSame = JSON.stringify({ ...before, meta: 0 }) === JSON.stringify({ ...after, meta: 0 });
      expect(JSON.stringify(after['meta']) === JSON.stringify(before['meta'])).toBe(isSame);
    }),
    fuzzing(100),
  );
  expect(textOf((await client.get(`/Groups/${group}`)).body['id'])).toBe(group);
  expect(gateway.errorsLogged()).toEqual([]);
});
