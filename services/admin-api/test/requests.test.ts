import { toJson } from '@rollcall/domain/json';
import { type GraphQLNamedType, isInputObjectType, isInterfaceType, isObjectType, isEnumType } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { schema } from '../src/schema/schema.ts';
import { clientWith, startTestAdminApi, type TestAccount, textAt } from './harness.ts';

const api = await startTestAdminApi({ development: true });
afterAll(() => api[Symbol.asyncDispose]());
const acme = await api.addAccount('acme');

describe('whoever is not known', () => {
  test.each([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['a token of another kind', { authorization: `Bearer rcs_${'a'.repeat(49)}` }],
    ['a mistyped token', { authorization: `Bearer ${acme.admin.token.slice(0, -1)}x` }],
  ])('is refused with %s, in words, with nothing of any account', async (_, headers) => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: { query: '{ viewer { name } }' },
    });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('a request that cannot be used', () => {
  test.each([
    ['no JSON', 'application/json', '{ "query": ', 400],
    ['no query', 'application/json', '{}', 400],
    ['a form, as a strange page could send', 'application/x-www-form-urlencoded', 'query=x', 415],
    ['plain text, as a strange page could send', 'text/plain', '{"query":"{ viewer { name } }"}', 400],
    ['a body that is too large', 'application/json', JSON.stringify({ query: ' '.repeat(300_000) }), 413],
  ])('%s', async (_, type, payload, status) => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${acme.admin.token}`, 'content-type': type },
      payload,
    });
    expect(response.statusCode).toBe(status);
    expect(response.body).not.toContain('    at ');
  });

  test('and one that can: no answer may be kept by a cache', async () => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${acme.admin.token}` },
      payload: { query: '{ viewer { name } }' },
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  test.each([
    ['an unknown field', '{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
    ['broken syntax', '{ viewer { ', 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `{ viewer { ${'name '.repeat(5_100)} } }`, 'GRAPHQL_PARSE_FAILED'],
    [
      'too many aliases',
      `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: viewer { name }`).join(' ')} }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s', async (_, query, code) => {
    const { errors } = await acme.admin.query(query);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });

  test.each([
    ['a field that the input does not have', { id: 'x', nonsense: 1 }],
    ['a value of another type', { id: 'x', expectedVersion: 'first' }],
    ['nothing for what is required', {}],
    ['JSON that nests without end', schemaInput(JSON.parse(`${'['.repeat(4_000)}${']'.repeat(4_000)}`))],
  ])('a variable with %s', async (_, input) => {
    const [type, field] =
      'document' in input ? ['CustomSchemaCreate', 'customSchemaCreate'] : ['UserUpdate', 'userUpdate'];
    const answer = await acme.admin.query(
      `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename } }`,
      { input },
    );
    expect(answer.text).not.toContain('call stack');
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('a query that asks for too much, counted with the lengths of its lists', async () => {
    const ids = Array.from({ length: 200 }, () => acme.accountId);
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}: name`).join(' ');
    const { errors } = await acme.admin.query(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Account { serviceTokens { ${fields} } } } }`,
      { ids },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_LARGE' } }]);
  });

  test('ids of nothing, and of nobody', async () => {
    const stranger = Buffer.from(`ServiceToken:${acme.accountId}`).toString('base64url');
    const { data } = await acme.admin.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: ['', 'x', stranger, Buffer.from('Nonsense:1').toString('base64url')],
    });
    expect(data).toEqual({ nodes: [null, null, null, null] });
  });
});

describe('what a caller tries in vain', () => {
  const ASK = '{ account { serviceTokens { name } licenses { version } } }';

  test('is an audit event: what is not for them, whatever it is asked of, and what a setting keeps from everybody', async () => {
    const account = await api.addAccount('in-vain');
    const member = await account.as('member');
    await member.query(ASK);
    await member.mutate('groupDelete', { id: account.accountId }, 'deletedGroupId');
    const invitation = { userName: 'zoe@else.example' };
    expect(await account.admin.mutate('userCreate', invitation, 'user { id }')).toMatchObject({
      code: 'MANUAL_UPDATES_LOCKED',
    });
    expect(await attempts(account)).toEqual([
      refused({ field: 'Account.licenses', code: 'FORBIDDEN', right: 'licenses:read' }, 'member'),
      refused({ field: 'Account.serviceTokens', code: 'FORBIDDEN', right: 'service_tokens:read' }, 'member'),
      refused({ field: 'Mutation.groupDelete', code: 'FORBIDDEN', right: 'people:write' }, 'member'),
      refused(
        { field: 'Mutation.userCreate', code: 'MANUAL_UPDATES_LOCKED', setting: 'allowManualUpdates' },
        'account_admin',
      ),
    ]);
  });

  test('is counted when it comes often, from many requests at once', async () => {
    const account = await api.addAccount('in-vain-often');
    const member = await account.as('member');
    await Promise.all(Array.from({ length: 40 }, () => member.query(ASK)));
    expect(await attempts(account)).toMatchObject([{ occurrences: 40 }, { occurrences: 40 }]);
  });

  test('is none where the request itself is at fault', async () => {
    const account = await api.addAccount('at-fault');
    await account.admin.mutate('groupDelete', { id: account.accountId }, 'deletedGroupId');
    await account.admin.mutate('groupCreate', { displayName: '' }, 'group { id }');
    expect(await attempts(account)).toEqual([]);
  });
});

test('an answer tells the cost of its query and the id of its request', async () => {
  const { extensions, headers } = await acme.admin.query('{ viewer { name } }');
  expect(extensions).toEqual({ cost: { complexity: 2, depth: 2, breadth: 2 } });
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/u);
});

test('what nobody expected is masked, logged under the request, and leaves no stack', async () => {
  const broken = await startTestAdminApi();
  const { admin } = await broken.addAccount('broken');
  await broken.db.destroy();
  const { text, status } = await clientWith(broken.app, admin.token).query('{ viewer { name } }');
  expect(status).toBe(500);
  expect(text).toContain('name the request');
  expect(text).not.toContain('pool');
  expect(broken.logged.some((line) => Number(line['level']) >= 50)).toBe(true);
});

test('the explorer is served in development, with everything that it needs', async () => {
  const page = await api.app.inject({ method: 'GET', url: '/graphql' });
  expect(page.statusCode).toBe(200);
  const script = /src="([^"]+\.js)"/u.exec(page.body)?.[1] ?? '';
  const asset = await api.app.inject({
    method: 'GET',
    url: new URL(script, 'http://x/graphql/explorer/').pathname,
  });
  expect(asset.statusCode).toBe(200);
  const production = await startTestAdminApi();
  expect((await production.app.inject({ method: 'GET', url: '/graphql' })).statusCode).toBe(404);
  await production[Symbol.asyncDispose]();
});

test('every type, field, argument and value of the schema is described', () => {
  const types: GraphQLNamedType[] = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__'),
  );
  const bare = types.flatMap((type) => {
    const missing = type.description === undefined || type.description === null ? [type.name] : [];
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!field.description) missing.push(`${type.name}.${field.name}`);
        for (const argument of field.args) {
          // What the Relay specification names needs no words of ours, nor does a mutation's one input.
          if (CONVENTIONAL.has(argument.name)) continue;
          if (!argument.description) missing.push(`${type.name}.${field.name}(${argument.name})`);
        }
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!field.description) missing.push(`${type.name}.${field.name}`);
      }
    }
    if (isEnumType(type)) {
      for (const value of type.getValues())
        if (!value.description) missing.push(`${type.name}.${value.name}`);
    }
    return missing;
  });
  expect(bare.filter((name) => !RELAY_OWN.test(name))).toEqual([]);
});

const CONVENTIONAL = new Set(['first', 'last', 'after', 'before', 'input', 'id', 'ids']);
// Written by the specification of Relay connections.
const RELAY_OWN = /^PageInfo\.|(?:Connection|Edge)(?:$|\.(?:edges|pageInfo|node|cursor)$)/u;

async function attempts({ accountId }: TestAccount) {
  await api.attempts.flush();
  const events = await api.db
    .selectFrom('audit_events')
    .select(['actor_kind', 'actor_name', 'detail', 'alert', 'occurrences', 'request_path'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'attempt.refused')
    .execute();
  const fieldOf = (event: (typeof events)[number]) => textAt(toJson(event), 'detail.field');
  return events.toSorted((a, b) => (fieldOf(a) < fieldOf(b) ? -1 : 1));
}

function refused(detail: object, name: string) {
  return {
    actor_kind: 'service_token',
    actor_name: name,
    detail,
    alert: false,
    occurrences: 1,
    request_path: '/graphql',
  };
}

function schemaInput(document: unknown) {
  return { resourceType: 'USER', document };
}
