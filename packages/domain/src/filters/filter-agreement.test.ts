import fc from 'fast-check';
import type { JsonObject, JsonValue } from '@rollcall/scim-protocol/json';
import { matchesFilter } from '@rollcall/scim-protocol/match-filter';
import type { FilterTarget, FilterValue, ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { AttributeDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import { COMMON_ATTRIBUTES } from '@rollcall/scim-protocol/schemas/common-attributes';
import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { expect, test } from 'vitest';
import type { Database } from '../database/connection.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import {
  EXTENDED_GROUP_TYPE,
  EXTENDED_USER_TYPE,
  SCIM_BASE_URL,
  findGroupsBy,
  findUsersBy,
  scimGroups,
  scimUsers,
  storeGroup,
  storeUser,
} from './filter-testing.ts';

const SEED = 20_261_122;
const RUNS = 400;

test('SQL finds exactly the users that the filter matches in the protocol', async () => {
  await using database = await testDatabase();
  const accountId = await givenDirectory(database.db);
  const users = await scimUsers(database.db, accountId);
  const ids = users.map(({ id }) => id);
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(filterOf(EXTENDED_USER_TYPE, ids), async (filter) => {
      const matching = users.filter(({ resource }) => matchesFilter(resource, filter)).map(({ id }) => id);
      expect(await findUsersBy(database.db, accountId, filter)).toEqual(matching);
      if (matching.length > 0 && matching.length < users.length) telling += 1;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Filters that find all or nobody prove little.
  expect(telling).toBeGreaterThan(RUNS / 5);
});

test('SQL finds exactly the groups that the filter matches in the protocol', async () => {
  await using database = await testDatabase();
  const accountId = await givenDirectory(database.db);
  const groups = await scimGroups(database.db, accountId);
  const users = await scimUsers(database.db, accountId);
  const ids = [...groups, ...users].map(({ id }) => id);
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(filterOf(EXTENDED_GROUP_TYPE, ids), async (filter) => {
      const matching = groups.filter(({ resource }) => matchesFilter(resource, filter)).map(({ id }) => id);
      expect(await findGroupsBy(database.db, accountId, filter)).toEqual(matching);
      if (matching.length > 0 && matching.length < groups.length) telling += 1;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Filters that find all or nobody prove little.
  expect(telling).toBeGreaterThan(RUNS / 5);
});

/** Letters that JavaScript and PostgreSQL put into lower case alike; both orders of texts are the same for them, too. */
const texts = [
  'a',
  'A',
  'ab',
  'AB',
  'b%',
  'b_c',
  'a\\b',
  "o'Neil",
  '"q"',
  'ä',
  'Ä',
  'ß',
  '日本',
  '%',
  '_',
  '\\',
  'a b',
  '0',
  'true',
];
const text = fc.oneof(fc.constantFrom(...texts), fc.string({ minLength: 1, maxLength: 3 }));
const numbers = [0, 1, -1, 3, 20, 0.5, 1e21, -2.25];
const instants = [
  '0001-01-01T00:00:00.000000000Z',
  '2026-01-31T08:00:00.123000000Z',
  '2026-01-31T08:00:00.123000001Z',
  '2026-02-01T00:00:00.000000000Z',
  '9999-12-31T23:59:59.999999999Z',
];

async function givenDirectory(db: Database): Promise<string> {
  const { accountId } = await givenAccount(db);
  const userIds: string[] = [];
  const people = fc.record({
    state: fc.constantFrom('active', 'deactivated'),
    external_id: fc.option(text),
    asserted_license_type: fc.option(fc.constantFrom('developer', 'it')),
    version: fc.integer({ min: 1, max: 3 }),
    created_at: fc.constantFrom(new Date('2026-01-31T08:00:00.123Z'), new Date('2026-02-01T00:00:00Z')),
    attributes: attributesOf(EXTENDED_USER_TYPE),
  });
  for (const [index, person] of fc.sample(people, { seed: SEED, numRuns: 40 }).entries()) {
    const state = index % 7 === 0 ? 'invited' : person.state;
    userIds.push(
      await storeUser(db, accountId, {
        ...person,
        state,
        user_name: `${texts[index % texts.length]}${index}`,
      }),
    );
  }
  const extensions = fc.sample(extensionsOf(EXTENDED_GROUP_TYPE), { seed: SEED, numRuns: texts.length });
  for (const [index, name] of texts.entries()) {
    await storeGroup(db, accountId, {
      attributes: extensions[index] ?? {},
      displayName: `${name}${index}`,
      memberIds: userIds.filter((_, position) => index > 2 && position % (index + 2) === 0),
      ...(index % 3 === 0 ? { externalId: name } : {}),
    });
  }
  return accountId;
}

/** What `users.attributes` may hold: every attribute of the schemas that has no column of its own, or leaves it out. */
function attributesOf(resourceType: ResourceType): fc.Arbitrary<JsonObject> {
  const columns = new Set(['userName', 'active', 'password', 'groups']);
  const core = recordOf(resourceType.schema.attributes.filter(({ name }) => !columns.has(name)));
  return fc.tuple(core, extensionsOf(resourceType)).map(([own, extensions]) => ({ ...own, ...extensions }));
}

function extensionsOf({ extensions }: ResourceType): fc.Arbitrary<JsonObject> {
  const kept = extensions
    .filter(({ id }) => id !== LICENSE_USER_URN)
    .map(({ id, attributes }) =>
      recordOf(attributes).map((values) => (Object.keys(values).length > 0 ? { [id]: values } : {})),
    );
  return fc.tuple(...kept).map((parts) => Object.fromEntries(parts.flatMap((part) => Object.entries(part))));
}

function recordOf(attributes: readonly AttributeDefinition[]): fc.Arbitrary<JsonObject> {
  const entries = attributes.map(
    (definition) => [definition.name, fc.option(valueOf(definition), { freq: 3 })] as const,
  );
  return fc
    .record(Object.fromEntries(entries))
    .map((values) => Object.fromEntries(Object.entries(values).filter(isGiven)));
}

function isGiven(entry: [string, JsonValue]): boolean {
  return entry[1] !== null;
}

function valueOf(definition: AttributeDefinition): fc.Arbitrary<JsonValue> {
  const one: fc.Arbitrary<JsonValue> =
    definition.type === 'complex' ? recordOf(definition.subAttributes ?? []) : scalarOf(definition);
  return definition.multiValued ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
}

function scalarOf({ type }: AttributeDefinition): fc.Arbitrary<JsonValue> {
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'decimal') return fc.constantFrom(...numbers);
  if (type === 'dateTime')
    return fc.constantFrom(...instants, '2026-01-31T09:00:00.123+01:00', '2026-02-01T00:00:00');
  return text;
}

function filterOf(resourceType: ResourceType, ids: readonly string[]): fc.Arbitrary<ResolvedFilter> {
  const leaves = targetsOf(resourceType).flatMap((target) => leavesOf(target, ids));
  return treeOf(fc.oneof(...leaves), 3);
}

function targetsOf({ schema, extensions }: ResourceType): readonly FilterTarget[] {
  const core = [...COMMON_ATTRIBUTES, ...schema.attributes]
    .filter(({ returned }) => returned !== 'never')
    .map((attribute) => ({ schema: schema.id, isExtension: false, attribute, sub: undefined }));
  const inExtensions = extensions.flatMap(({ id, attributes }) =>
    attributes.map((attribute) => ({ schema: id, isExtension: true, attribute, sub: undefined })),
  );
  return [...core, ...inExtensions];
}

function leavesOf(target: FilterTarget, ids: readonly string[]): fc.Arbitrary<ResolvedFilter>[] {
  const { attribute } = target;
  const present = fc.constant<ResolvedFilter>({ kind: 'present', target });
  if (attribute.type !== 'complex') return [present, comparisonOf(target, ids)];
  const withSubs = (attribute.subAttributes ?? []).map((sub) => ({ ...target, sub }));
  const subLeaves = withSubs.flatMap((sub): fc.Arbitrary<ResolvedFilter>[] => [
    fc.constant({ kind: 'present', target: sub }),
    comparisonOf(sub, ids),
  ]);
  const path = treeOf(fc.oneof(...subLeaves), 2).map((filter): ResolvedFilter => ({
    kind: 'valuePath',
    target,
    filter,
  }));
  return [present, ...subLeaves, path];
}

function comparisonOf(target: FilterTarget, ids: readonly string[]): fc.Arbitrary<ResolvedFilter> {
  const definition = target.sub ?? target.attribute;
  const ordered = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
  const value = (
    of: fc.Arbitrary<FilterValue>,
    ops: readonly ((typeof ordered)[number] | 'co' | 'sw' | 'ew')[],
  ) =>
    fc.record({
      kind: fc.constant('compare' as const),
      target: fc.constant(target),
      op: fc.constantFrom(...ops),
      value: of,
    });
  switch (definition.type) {
    case 'boolean':
      return value(
        fc.boolean().map((flag) => ({ type: 'boolean', value: flag })),
        ['eq', 'ne'],
      );
    case 'integer':
    case 'decimal':
      return value(
        fc.constantFrom(...numbers).map((number) => ({ type: 'number', value: number })),
        ordered,
      );
    case 'dateTime':
      return value(
        fc
          .constantFrom(...instants)
          .map((instant) => ({ type: 'dateTime', value: instant, written: instant })),
        ordered,
      );
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex': {
      const special = [
        '',
        ...ids,
        ...ids.map((id) => `${SCIM_BASE_URL}/Users/${id}`),
        'W/"1"',
        'User',
        'direct',
        'it',
      ];
      const string = fc
        .oneof(text, text, fc.constantFrom(...special))
        .map((chosen): FilterValue => ({ type: 'string', value: chosen, caseExact: definition.caseExact }));
      return value(string, definition.type === 'binary' ? ['eq', 'ne'] : [...ordered, 'co', 'sw', 'ew']);
    }
  }
}

function treeOf(leaf: fc.Arbitrary<ResolvedFilter>, depth: number): fc.Arbitrary<ResolvedFilter> {
  if (depth === 0) return leaf;
  const child = treeOf(leaf, depth - 1);
  const joined = fc.record({
    kind: fc.constantFrom('and' as const, 'or' as const),
    children: fc.array(child, { minLength: 2, maxLength: 3 }),
  });
  const negated = fc.record({ kind: fc.constant('not' as const), child });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: joined },
    { weight: 1, arbitrary: negated },
  );
}
