import fc from 'fast-check';
import { parseDateTime } from '@rollcall/scim-protocol/date-time';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { AttributeDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import { COMMON_ATTRIBUTES } from '@rollcall/scim-protocol/schemas/common-attributes';
import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EXTENDED_USER_TYPE,
  GROUP_TYPE,
  SCIM_BASE_URL,
  scimGroups,
  scimUsers,
  storeGroup,
  storeUser,
} from '../filters/filter-testing.ts';
import { listGroups } from '../groups/find-groups.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { listUsers } from '../users/find-users.ts';
import { listResources, type ResourceQuery } from './list-resources.ts';
import type { CursorPoint } from './position.ts';
import type { Sort } from './sort-key.ts';
import type { Page, PageStart } from './turn-page.ts';

const SEED = 20_261_122;
const PEOPLE = 45;
const GROUPS = 12;

interface Listed {
  id: string;
  resource: JsonObject;
}

let database: TestDatabase;
let accountId: string;
let users: readonly Listed[];
let groups: readonly Listed[];

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  ({ accountId } = await givenAccount(db));
  const userIds = await givenPeople();
  for (let index = 0; index < GROUPS; index += 1) {
    await storeGroup(db, accountId, {
      displayName: `${letters(index)}${index}`,
      memberIds: userIds.filter((_, position) => index > 2 && position % (index + 2) === 0),
      ...(index % 3 === 0 ? { externalId: letters(index) } : {}),
    });
  }
  await storeGroup(db, accountId, { displayName: 'Owner', defaultGroup: 'owner', memberIds: userIds });
  for (const [resource, amount] of [
    ['user', PEOPLE],
    ['group', GROUPS],
  ] as const) {
    await db
      .insertInto('resource_counts')
      .values({ account_id: accountId, resource, bucket: 0, amount })
      .execute();
  }
  users = (await scimUsers(db, accountId)).map(inOrder);
  groups = (await scimGroups(db, accountId)).map(inOrder);
});

afterAll(() => database[Symbol.asyncDispose]());

async function givenPeople(): Promise<string[]> {
  const ids: string[] = [];
  const samples = fc.sample(attributesOf(EXTENDED_USER_TYPE), { seed: SEED, numRuns: PEOPLE });
  for (const [index, attributes] of samples.entries()) {
    const id = await storeUser(database.db, accountId, {
      user_name: `${letters(index * 7)}${index}@acme.example`,
      external_id: index % 3 === 0 ? null : letters(index % 20),
      asserted_license_type: index % 4 === 0 ? 'it' : null,
      state: index % 5 === 0 ? 'deactivated' : 'active',
      version: (index % 4) + 1,
      updated_at: new Date(1_770_000_000_000 + ((index * 7919) % 17) * 1001),
      attributes,
    });
    ids.push(id);
  }
  return ids;
}

/** Some in capitals, some of other alphabets, few alike. */
function letters(index: number): string {
  const texts = [
    'b',
    'A',
    'ä',
    'B',
    'ab',
    'Ärger',
    '日本',
    'a',
    "o'Neil",
    '%',
    '_x',
    'z',
    '0',
    '😀',
    'Z',
    'é',
  ];
  return texts[index % texts.length] ?? '';
}

/** What an answer shows of groups and members: in the order of their ids. */
function inOrder({ id, resource }: Listed): Listed {
  return {
    id,
    resource: { ...resource, groups: byValue(resource['groups']), members: byValue(resource['members']) },
  };
}

function byValue(list: JsonValue | undefined): JsonValue[] {
  return entriesOf(list).toSorted((a, b) => compare(objectIn(a)['value'], objectIn(b)['value']));
}

describe.each(targetsOf(EXTENDED_USER_TYPE))('users sorted by $name', ({ target }) => {
  test.each([false, true])('are in the order of the definition, descending: %s', async (descending) => {
    const sort = { target, descending };
    const read: Read = async (start, count) => {
      const page = { ...start, sort, scimBaseUrl: SCIM_BASE_URL, count, withGroups: false };
      const { users: items, ...rest } = await listUsers(database.db, accountId, page);
      return { ...rest, items };
    };
    expect(await walks(read)).toEqual(walksThrough(sortedIds(users, sort)));
  });
});

describe.each(targetsOf(GROUP_TYPE))('groups sorted by $name', ({ target }) => {
  test.each([false, true])('are in the order of the definition, descending: %s', async (descending) => {
    const sort = { target, descending };
    const read: Read = async (start, count) => {
      const page = { ...start, sort, scimBaseUrl: SCIM_BASE_URL, count };
      const { groups: items, ...rest } = await listGroups(database.db, accountId, page);
      return { ...rest, items };
    };
    expect(await walks(read)).toEqual(walksThrough(sortedIds(groups, sort)));
  });
});

describe('users and groups together', () => {
  test('unsorted come by type and id', async () => {
    const ids = [...users, ...groups].map(({ id }) => id);
    const read = await walks((start, count) =>
      listAll(start, { sort: undefined, users: {}, groups: {}, count }),
    );
    expect(read).toEqual(walksThrough(ids));
  });

  const ofUsers = new Map(targetsOf(EXTENDED_USER_TYPE).map(({ name, target }) => [name, target]));
  const ofGroups = new Map(targetsOf(GROUP_TYPE).map(({ name, target }) => [name, target]));

  test.each([
    'displayName',
    'externalId',
    'id',
    'userName',
    'active',
    'meta.lastModified',
    'meta.resourceType',
    'meta.location',
    'schemas',
    'members.value',
    'urn:example:everything:2.0:User:count',
  ])(
    'sorted by %s are in one order, those of a type without it among those without a value',
    async (name) => {
      const userTarget = ofUsers.get(name);
      const groupTarget = ofGroups.get(name);
      for (const descending of [false, true]) {
        const sorted = sortedByValues(
          [
            ...users.map(({ id, resource }) => ({
              id,
              value: userTarget && sortValue(resource, userTarget),
            })),
            ...groups.map(({ id, resource }) => ({
              id,
              value: groupTarget && sortValue(resource, groupTarget),
            })),
          ],
          descending,
        );
        const asked = (target: FilterTarget | undefined): { sort?: Sort } =>
          target === undefined ? {} : { sort: { target, descending } };
        const read: Read = (start, count) =>
          listAll(start, {
            sort: { descending },
            users: asked(userTarget),
            groups: asked(groupTarget),
            count,
          });
        expect(await walks(read)).toEqual(walksThrough(sorted));
      }
    },
  );
});

async function listAll(
  start: PageStart,
  query: Pick<ResourceQuery, 'sort' | 'users' | 'groups' | 'count'>,
): Promise<Page<{ id: string }>> {
  const asked = { ...start, ...query, scimBaseUrl: SCIM_BASE_URL, withGroups: false };
  const { items, ...page } = await listResources(database.db, accountId, asked);
  return { ...page, items: items.map((item) => (item.type === 'User' ? item.user : item.group)) };
}

type Read = (start: PageStart, count: number) => Promise<Page<{ id: string }>>;

interface Walks {
  forwards: readonly string[];
  /** From the last page but one to the first. */
  backwards: readonly string[];
  byIndex: readonly string[];
  jumped: readonly string[];
  totals: ReadonlySet<number>;
}

const COUNT = 7;
const JUMP = { startIndex: 5, count: 4 };

/** The resources by each way through the list. */
async function walks(read: Read): Promise<Walks> {
  const forwards = await byCursor(read, { direction: 'forward' });
  const backwards = await byCursor(read, forwards.end);
  const walk = { walkerId: newId(), queryDigest: () => Buffer.from('test'), now: new Date() };
  const totals = new Set<number>();
  const byIndex: string[] = [];
  let total = 1;
  for (let startIndex = 1; startIndex <= total; startIndex += COUNT) {
    const page = await read({ startIndex, walk }, COUNT);
    ({ total } = page);
    totals.add(total);
    byIndex.push(...idsOf(page));
  }
  const jumped = idsOf(await read({ startIndex: JUMP.startIndex }, JUMP.count));
  return { forwards: forwards.ids, backwards: backwards.ids, byIndex, jumped, totals };
}

async function byCursor(
  read: Read,
  from: CursorPoint | undefined,
): Promise<{ ids: readonly string[]; end: CursorPoint | undefined }> {
  const ids: string[] = [];
  let point = from;
  let end: CursorPoint | undefined;
  while (point !== undefined) {
    const page: Page<{ id: string }> = await read({ from: point }, COUNT);
    const isBackward: boolean = point.direction === 'backward';
    ids.splice(isBackward ? 0 : ids.length, 0, ...idsOf(page));
    end = isBackward ? page.next : page.previous;
    point = isBackward ? page.previous : page.next;
  }
  return { ids, end };
}

function idsOf(page: Page<{ id: string }>): readonly string[] {
  return page.items.map(({ id }) => id);
}

function walksThrough(ids: readonly string[]): Walks {
  const onLastPage = ids.length % COUNT || COUNT;
  return {
    forwards: ids,
    backwards: ids.slice(0, -onLastPage),
    byIndex: ids,
    jumped: ids.slice(JUMP.startIndex - 1, JUMP.startIndex - 1 + JUMP.count),
    totals: new Set([ids.length]),
  };
}

function sortedIds(listed: readonly Listed[], { target, descending }: Sort): readonly string[] {
  return sortedByValues(
    listed.map(({ id, resource }) => ({ id, value: sortValue(resource, target) })),
    descending,
  );
}

type SortValue = string | number | boolean | undefined;

function sortedByValues(
  listed: readonly { id: string; value: SortValue }[],
  descending: boolean,
): readonly string[] {
  const ascending = listed.toSorted((a, b) => compare(a.value, b.value) || compare(a.id, b.id));
  return (descending ? ascending.toReversed() : ascending).map(({ id }) => id);
}

/** What is missing is the highest; texts compare by their bytes. */
function compare(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

function sortValue(resource: JsonObject, { schema, isExtension, attribute, sub }: FilterTarget): SortValue {
  const container = isExtension ? objectIn(resource[schema]) : resource;
  const value = attribute.multiValued
    ? (entriesOf(container[attribute.name]).find((entry) => objectIn(entry)['primary'] === true) ??
      entriesOf(container[attribute.name])[0])
    : container[attribute.name];
  return comparable(sub === undefined ? value : objectIn(value)[sub.name], sub ?? attribute);
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function entriesOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function comparable(value: JsonValue | undefined, { type, caseExact }: AttributeDefinition): SortValue {
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  if (typeof value !== 'string') return value;
  if (type === 'dateTime') return parseDateTime(value);
  return caseExact ? value : value.toLowerCase();
}

interface NamedTarget {
  name: string;
  target: FilterTarget;
}

function targetsOf({ schema, extensions }: ResourceType): readonly NamedTarget[] {
  return [
    ...targetsIn(schema.id, false, [...COMMON_ATTRIBUTES, ...schema.attributes]),
    ...extensions.flatMap(({ id, attributes }) => targetsIn(id, true, attributes)),
  ];
}

function targetsIn(
  urn: string,
  isExtension: boolean,
  attributes: readonly AttributeDefinition[],
): readonly NamedTarget[] {
  return attributes
    .filter(({ returned }) => returned !== 'never')
    .flatMap((attribute) => {
      const name = isExtension ? `${urn}:${attribute.name}` : attribute.name;
      const subs = attribute.subAttributes ?? [undefined];
      return subs.map((sub) => ({
        name: sub === undefined ? name : `${name}.${sub.name}`,
        target: { schema: urn, isExtension, attribute, sub },
      }));
    });
}

/** What `users.attributes` may hold: every attribute of the schemas that has no column of its own, or leaves it out. */
function attributesOf({ schema, extensions }: ResourceType): fc.Arbitrary<JsonObject> {
  const columns = new Set(['userName', 'active', 'password', 'groups']);
  const core = recordOf(schema.attributes.filter(({ name }) => !columns.has(name)));
  const inExtensions = extensions
    .filter(({ id }) => id !== LICENSE_USER_URN)
    .map(({ id, attributes }) => recordOf(attributes).map((values) => ({ [id]: values })));
  return fc
    .tuple(core, ...inExtensions)
    .map((parts) => Object.fromEntries(parts.flatMap((part) => Object.entries(part))));
}

function recordOf(attributes: readonly AttributeDefinition[]): fc.Arbitrary<JsonObject> {
  const entries = attributes.map(
    (definition) => [definition.name, fc.option(valueOf(definition), { freq: 3 })] as const,
  );
  return fc
    .record(Object.fromEntries(entries))
    .map((values) =>
      Object.fromEntries(
        Object.entries(values).filter((entry): entry is [string, JsonValue] => entry[1] !== null),
      ),
    );
}

function valueOf(definition: AttributeDefinition): fc.Arbitrary<JsonValue> {
  if (definition.multiValued) {
    const one = valueOf({ ...definition, multiValued: false });
    // At most one entry is the primary one; the first is not always.
    return fc
      .tuple(fc.array(one, { minLength: 1, maxLength: 3 }), fc.nat(3))
      .map(([entries, primary]) => entries.map((entry, index) => withPrimary(entry, index === primary)));
  }
  if (definition.type === 'complex') return recordOf(definition.subAttributes ?? []);
  return scalarOf(definition);
}

function withPrimary(entry: JsonValue, primary: boolean): JsonValue {
  return typeof entry === 'object' && entry !== null ? { ...objectIn(entry), primary } : entry;
}

function scalarOf({ type }: AttributeDefinition): fc.Arbitrary<JsonValue> {
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'decimal':
      return fc.constantFrom(0, 1, -1, 3, 20, 0.5, 1e21, -2.25);
    case 'dateTime':
      return fc.constantFrom(
        '0001-01-01T00:00:00Z',
        '2026-01-31T08:00:00.123Z',
        '2026-01-31T09:00:00.122+01:00',
        '2026-01-31T08:00:00.123000001Z',
        '2026-02-01T00:00:00',
        '9999-12-31T23:59:59Z',
      );
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return fc.oneof(fc.nat(15).map(letters), fc.string({ minLength: 1, maxLength: 3 }));
  }
}
