import { PERMISSION_SETS, type PermissionSet } from '@rollcall/domain/admins/permission-sets';
import { type Right, rightsOf } from '@rollcall/domain/admins/rights';
import { assertObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/schema.ts';
import { type ApiClient, at, startTestAdminApi } from '../harness.ts';
import { accountFieldRights, mutationRights, type Needs } from './needed-rights.ts';
import { anyValue, fieldText } from './schema-walk.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());
const acme = await api.addAccount('acme');
const callers = new Map<PermissionSet, ApiClient>();
for (const set of PERMISSION_SETS) callers.set(set, await acme.as(set));

const mutations = fieldsOf(schema.getMutationType() ?? undefined);
const accountFields = fieldsOf(assertObjectType(schema.getType('Account')));

test('the table names every mutation, and nothing else', () => {
  expect(Object.keys(mutationRights).toSorted()).toEqual(mutations.map(({ name }) => name).toSorted());
});

test('the table names every field of the account, and nothing else', () => {
  expect(Object.keys(accountFieldRights).toSorted()).toEqual(
    accountFields.map(({ name }) => name).toSorted(),
  );
});

describe.each(PERMISSION_SETS)('%s', (set) => {
  const client = callers.get(set) ?? acme.admin;

  test.each(mutations.map((field) => [field.name, field] as const))('%s', async (name, field) => {
    const [input] = field.args;
    if (input === undefined) throw new Error(`${name} takes no input.`);
    const answer = await client.query(
      `mutation ($input: ${String(input.type)}) { ${name}(input: $input) { __typename } }`,
      { input: anyValue(input.type) },
    );
    expect(answer.errors).toEqual([]);
    const isForbidden = at(answer.data, `${name}.__typename`) === 'Forbidden';
    expect(isForbidden).toBe(!allows(set, mutationRights[name]));
  });

  test.each(accountFields.map((field) => [field.name, field] as const))('account.%s', async (name, field) => {
    const answer = await client.query(`{ account { ${fieldText(field)} } }`);
    const codes = answer.errors.map((error) => at(error, 'extensions.code'));
    expect(codes).toEqual(allows(set, accountFieldRights[name]) ? [] : ['FORBIDDEN']);
  });
});

function fieldsOf(type: GraphQLObjectType | undefined): GraphQLField<unknown, unknown>[] {
  return Object.values(type?.getFields() ?? {});
}

function allows(set: PermissionSet, needs: Needs | undefined): boolean {
  if (needs === undefined || needs === 'nothing') return true;
  const rights = rightsOf([set]);
  const needed: readonly Right[] = typeof needs === 'string' ? [needs] : needs;
  return needed.every((right) => rights.has(right));
}
