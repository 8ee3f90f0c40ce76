import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import { LENIENCIES, type LeniencyCode } from '@rollcall/scim-protocol/reading';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from './fixture.ts';
import {
  addGroup,
  addUser,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SCIM_JSON = { 'content-type': 'application/scim+json' };

let gateway: TestGateway;
let lenient: ScimClient;
let strict: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  lenient = await gateway.addAccount('tolerant');
  strict = await gateway.addAccount('literal', { dialects: 'strict' });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** A request in a dialect, on a person and their group, and what must be so where it is read. */
interface Example {
  readonly send: (client: ScimClient, ids: Ids) => Promise<ScimAnswer>;
  readonly status: number;
  /** In the person, the group, or the answer itself. */
  readonly gives?: { readonly user?: JsonObject; readonly group?: JsonObject; readonly answer?: JsonObject };
}

interface Ids {
  readonly user: string;
  readonly group: string;
  readonly number: number;
}

const EXAMPLES: Readonly<Record<LeniencyCode, Example>> = {
  'op-case': patchUser({ op: 'Replace', path: 'title', value: 'Lead' }, { title: 'Lead' }),
  'boolean-as-text': patchUser({ op: 'replace', path: 'active', value: 'False' }, { active: false }),
  'remove-by-value-list': {
    send: (client, { user, group }) =>
      client.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: [{ value: user }] }]),
    status: 204,
    gives: { group: { members: [] } },
  },
  'remove-with-value': {
    send: (client, { user, group }) =>
      client.patch(`/Groups/${group}`, [
        { op: 'remove', path: `members[value eq "${user}"]`, value: [{ value: 'somebody' }] },
      ]),
    status: 204,
    gives: { group: { members: [] } },
  },
  'dotted-keys': patchUser(
    { op: 'replace', value: { 'name.familyName': 'Lee' } },
    { name: { givenName: 'Ana', familyName: 'Lee' } },
  ),
  'dot-after-urn': patchUser(
    { op: 'add', path: `${ENTERPRISE}.department`, value: 'Data' },
    { [ENTERPRISE]: { department: 'Data' } },
  ),
  'bare-string-manager': patchUser(
    { op: 'add', path: `${ENTERPRISE}:manager`, value: 'c9b1' },
    { [ENTERPRISE]: { manager: { value: 'c9b1' } } },
  ),
  'bare-string-value': patchUser(
    { op: 'add', path: 'roles', value: ['Admin'] },
    { roles: [{ value: 'Admin' }] },
  ),
  'object-for-list': patchUser(
    { op: 'add', path: 'roles', value: { value: 'Admin' } },
    { roles: [{ value: 'Admin' }] },
  ),
  'list-for-object': patchUser(
    { op: 'replace', path: 'name', value: [{ givenName: 'Anna' }] },
    { name: { givenName: 'Anna', familyName: 'Ito' } },
  ),
  'unquoted-filter-value': find((number) => `/Users?filter=userName eq d${number}@acme.io`),
  'value-path-comparison': find(
    (number) => `/Users?filter=emails[type eq "work"].value eq "d${number}@acme.io"`,
  ),
  'complex-as-value': {
    send: (client) => client.get(encodeURI(`/Users?filter=${ENTERPRISE}:manager eq "nobody"`)),
    status: 200,
    gives: { answer: { totalResults: 0 } },
  },
  'parameter-case': find((number) => `/Users?startindex=1&filter=userName eq "d${number}@acme.io"`),
  'selection-filter': find(
    (number) => `/Users?attributes=emails[type eq "work"]&filter=userName eq "d${number}@acme.io"`,
  ),
  'value-path-created': patchUser(
    { op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
    { phoneNumbers: [{ type: 'mobile', value: '1' }] },
  ),
  'value-path-gone': patchUser(
    { op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: null },
    {},
  ),
  'empty-string-as-unassigned': patchUser(
    { op: 'replace', path: 'name.givenName', value: '' },
    { name: { familyName: 'Ito' } },
  ),
  'empty-operations': {
    send: (client, { user }) =>
      raw(client, 'PATCH', `/Users/${user}`, { schemas: [PATCH_OP], Operations: [] }),
    status: 200,
  },
  'bulk-method-case': bulk('post', '/Users'),
  'bulk-path-form': bulk('POST', 'Users'),
  'schemas-missing': createUser({ schemas: null }),
  'schemas-duplicate': createUser({ schemas: [CORE_USER, CORE_USER] }),
  'schemas-unknown': {
    send: (client, { number }) =>
      raw(client, 'POST', '/Groups', { ...fixture('entra/create-group'), displayName: `Entra ${number}` }),
    status: 201,
  },
  'schemas-unlisted': createUser({ [ENTERPRISE]: { department: 'Data' } }),
  'schemas-version-1': createUser({ schemas: ['urn:scim:schemas:core:1.0'] }),
};

function patchUser(operation: JsonObject, user: JsonObject): Example {
  return {
    send: (client, ids) => client.patch(`/Users/${ids.user}`, [operation]),
    status: 200,
    gives: { user },
  };
}

function find(path: (number: number) => string): Example {
  return {
    send: (client, { number }) => client.get(encodeURI(path(number))),
    status: 200,
    gives: { answer: { totalResults: 1 } },
  };
}

function createUser(attributes: JsonObject): Example {
  return {
    send: (client, { number }) =>
      raw(client, 'POST', '/Users', {
        schemas: [CORE_USER],
        userName: `new${number}@acme.io`,
        ...attributes,
      }),
    status: 201,
  };
}

function bulk(method: string, path: string): Example {
  return {
    send: (client, { number }) => {
      const data = { schemas: [CORE_USER], userName: `bulk${number}@acme.io` };
      return raw(client, 'POST', '/Bulk', {
        schemas: [BULK],
        Operations: [{ method, path, bulkId: 'b', data }],
      });
    },
    status: 200,
    gives: { answer: { Operations: [expect.objectContaining({ status: '201' })] } },
  };
}

function raw(
  client: ScimClient,
  method: 'POST' | 'PATCH',
  path: string,
  body: JsonValue,
): Promise<ScimAnswer> {
  return client.send({ method, path, payload: JSON.stringify(body), headers: SCIM_JSON });
}

let made = 0;

/** Somebody of their own for each example, in a group of their own. */
async function given(client: ScimClient): Promise<Ids> {
  made += 1;
  const user = await addUser(client, `d${made}@acme.io`);
  return { user, group: await addGroup(client, `Dialect ${made}`, [user]), number: made };
}

/** All that the account has. */
async function everything(client: ScimClient): Promise<string> {
  const [users, groups] = await Promise.all([
    client.get('/Users?count=1000'),
    client.get('/Groups?count=1000'),
  ]);
  return users.text + groups.text;
}

test.each(Object.entries(EXAMPLES))(
  '%s: a lenient account does it, and its event names it',
  async (code, example) => {
    const ids = await given(lenient);
    const answer = await example.send(lenient, ids);
    expect(answer.status).toBe(example.status);
    expect(answer.body).toMatchObject(example.gives?.answer ?? {});
    expect((await lenient.get(`/Users/${ids.user}`)).body).toMatchObject(example.gives?.user ?? {});
    expect((await lenient.get(`/Groups/${ids.group}`)).body).toMatchObject(example.gives?.group ?? {});

    await gateway.log.flush();
    const events = await listProvisioningEvents(
      gateway.db,
      lenient.accountId,
      {},
      { newestFirst: true, limit: 3 },
    );
    const event = events.find(({ id }) => id === answer.headers['x-request-id']);
    expect(event?.leniencies.map((each) => each.code)).toEqual([code]);
  },
);

test.each(Object.entries(EXAMPLES))(
  '%s: a strict account refuses it by its name and writes nothing',
  async (code, example) => {
    const ids = await given(strict);
    const before = await everything(strict);
    const answer = await example.send(strict, ids);
    expect(answer.text).toContain(`\\"${code}\\"`);
    expect(refusalIn(answer)).toBe('400');
    expect(await everything(strict)).toBe(before);
  },
);

/** The status of the refusal, which in a bulk answer may be that of its one operation. */
function refusalIn({ status, body }: ScimAnswer): string {
  const { Operations } = body;
  if (status !== 200 || !isJsonArray(Operations)) return String(status);
  return Operations.flatMap((operation) =>
    isJsonObject(operation) ? textOf(operation['status']) : [],
  ).join();
}

test('every leniency that the protocol knows is tried here', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(Object.keys(LENIENCIES).toSorted());
});

test('nothing of this was logged as an error', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
