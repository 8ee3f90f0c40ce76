import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import { changeSchema } from '@rollcall/domain/custom-schemas/change-schema';
import { defineSchema } from '@rollcall/domain/custom-schemas/define-schema';
import { finishDeletions } from '@rollcall/domain/custom-schemas/finish-deletions';
import { removeSchema } from '@rollcall/domain/custom-schemas/remove-schema';
import { inTransaction } from '@rollcall/domain/database/transaction';
import type { JsonObject, JsonValue } from '@rollcall/scim-protocol/json';
import { attribute, type AttributeDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  addUser,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

const USER_URN = 'urn:example:scim:Payroll';
const GROUP_URN = 'urn:ietf:params:scim:schemas:extension:AcmeCorp:2.0:Group';

const PAYROLL_ATTRIBUTES: readonly JsonObject[] = [
  { name: 'number', type: 'string', required: true, mutability: 'immutable', caseExact: true },
  { name: 'grade', type: 'integer' },
  { name: 'rate', type: 'decimal', returned: 'request' },
  { name: 'exempt', type: 'boolean' },
  { name: 'hired', type: 'dateTime' },
  { name: 'seal', type: 'binary', returned: 'never' },
  { name: 'contract', type: 'reference', referenceTypes: ['external'] },
  { name: 'sites', type: 'string', multiValued: true },
  {
    name: 'badges',
    type: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'value', type: 'string', required: true },
      { name: 'type', type: 'string', canonicalValues: ['door'] },
    ],
  },
];
const PAYROLL: JsonObject = { id: USER_URN, name: 'Payroll', attributes: PAYROLL_ATTRIBUTES };
const TEAM: JsonObject = {
  id: GROUP_URN,
  name: 'Team',
  attributes: [
    { name: 'costCenter', type: 'string' },
    { name: 'budget', type: 'decimal' },
    { name: 'code', type: 'string', mutability: 'immutable' },
    { name: 'places', type: 'string', multiValued: true },
  ],
};
const VALUES: JsonObject = {
  number: '0007',
  grade: 7,
  rate: 41.5,
  exempt: true,
  hired: '2026-01-31T08:00:00Z',
  seal: 'AAEC',
  contract: 'https://example.com/c/7',
  sites: ['Oslo', 'Kyiv'],
  badges: [{ value: '12', type: 'door' }],
};
const { rate: _rate, seal: _seal, ...SHOWN } = VALUES;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function define(
  client: ScimClient,
  document: JsonObject,
  resourceType: 'User' | 'Group',
): Promise<void> {
  const definition = { resourceType, document };
  await inTransaction(gateway.db, (trx) =>
    defineSchema(trx, OPERATOR, client.accountId, definition, new Date()),
  );
  await seen(client, textOf(document['id']), 200);
}

/** Until this process has heard of a change of schemas: it may take 750 ms. */
async function seen(client: ScimClient, urn: string, status: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const answer = await client.get(`/Schemas/${urn}`);
      if (answer.status !== status) throw new Error(`/Schemas/${urn} answers ${answer.status}.`);
    },
    { timeout: 5_000 },
  );
}

async function accountWith(slug: string): Promise<ScimClient> {
  const client = await gateway.addAccount(slug);
  await define(client, PAYROLL, 'User');
  await define(client, TEAM, 'Group');
  return client;
}

function person(userName: string, values: JsonValue = VALUES): JsonObject {
  return userBody(userName, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', USER_URN],
    [USER_URN]: values,
  });
}

// RFC 7643 7: "returned in response to any PUT, POST, or PATCH operations if the attribute was specified by the client".
test('what is returned on request is shown to the write that sent it, and to nobody who only reads', async () => {
  const client = await accountWith('custom-request');
  const created = await client.post('/Users', person('ana@acme.io'));
  expect(created.body[USER_URN]).toEqual({ ...SHOWN, rate: 41.5 });
  const path = `/Users/${created.id}`;
  expect((await client.get(path)).body[USER_URN]).toEqual(SHOWN);
  const replaced = await client.put(path, person('ana@acme.io', { number: '0007', rate: 42 }));
  expect(replaced.body[USER_URN]).toEqual({ number: '0007', rate: 42 });
  const regraded = await client.patch(path, [{ op: 'add', path: `${USER_URN}:grade`, value: 8 }]);
  expect(regraded.body[USER_URN]).toEqual({ number: '0007', grade: 8 });
  const rated = await client.patch(path, [{ op: 'replace', path: `${USER_URN}:rate`, value: 43 }]);
  expect(rated.body[USER_URN]).toEqual({ number: '0007', grade: 8, rate: 43 });
});

test('what is returned on request of a group is shown to the write that sent it', async () => {
  const client = await gateway.addAccount('custom-request-groups');
  const attributes = [{ name: 'note', type: 'string', returned: 'request' }];
  await define(client, { id: GROUP_URN, name: 'Team', attributes }, 'Group');
  const extended = { ...groupBody('Ops'), [GROUP_URN]: { note: 'a' } };
  const created = await client.post('/Groups', extended);
  expect(created.body[GROUP_URN]).toEqual({ note: 'a' });
  const path = `/Groups/${created.id}`;
  expect((await client.get(path)).body).not.toHaveProperty([GROUP_URN]);
  expect((await client.put(path, extended)).body[GROUP_URN]).toEqual({ note: 'a' });
  const change = { op: 'replace', path: `${GROUP_URN}:note`, value: 'b' };
  const patched = await client.patch(`${path}?excludedAttributes=members`, [change]);
  expect(patched.body[GROUP_URN]).toEqual({ note: 'b' });
  const renamed = await client.patch(`${path}?excludedAttributes=members`, [
    { op: 'replace', path: 'displayName', value: 'Operations' },
  ]);
  expect(renamed.body).not.toHaveProperty([GROUP_URN]);
});

describe("a user's extension that the account defined", () => {
  let client: ScimClient;
  let id: string;
  beforeAll(async () => {
    client = await accountWith('custom-users');
    id = (await client.post('/Users', person('ana@acme.io'))).id;
    await client.post('/Users', person('bo@acme.io', { number: '0008', grade: 3, sites: ['Riga'] }));
    await addUser(client, 'cy@acme.io');
  });

  test('is announced in /Schemas and /ResourceTypes, and to no other account', async () => {
    const other = await gateway.addAccount('custom-users-not');
    expect((await client.get(`/Schemas/${USER_URN.toLowerCase()}`)).body).toMatchObject({
      id: USER_URN,
      meta: { location: `${client.location}/Schemas/${USER_URN}` },
    });
    expect((await client.get('/ResourceTypes/User')).body['schemaExtensions']).toContainEqual({
      schema: USER_URN,
      required: false,
    });
    expect((await client.get('/ResourceTypes/Group')).body['schemaExtensions']).toEqual([
      { schema: GROUP_URN, required: false },
    ]);
    expect((await other.get(`/Schemas/${USER_URN}`)).status).toBe(404);
    const { body } = await other.post('/Users', person('ana@acme.io'));
    expect(body).not.toHaveProperty(USER_URN);
  });

  test('comes back as it was sent, listed in "schemas", without what is returned never or on request', async () => {
    const { body } = await client.get(`/Users/${id}`);
    expect(body[USER_URN]).toEqual(SHOWN);
    expect(body['schemas']).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User', USER_URN]);
    expect((await client.get(`/Users/${id}?attributes=${USER_URN}:rate`)).body).toEqual({
      schemas: body['schemas'],
      id,
      [USER_URN]: { rate: 41.5 },
    });
    expect((await client.get(`/Users/${id}?excludedAttributes=${USER_URN}`)).body).not.toHaveProperty(
      USER_URN,
    );
  });

  test.each([
    [`${USER_URN}:number eq "0007"`, ['ana@acme.io']],
    [`${USER_URN}:grade gt 3`, ['ana@acme.io']],
    [`${USER_URN}:grade ge 3`, ['ana@acme.io', 'bo@acme.io']],
    [`${USER_URN}:rate lt 41.6`, ['ana@acme.io']],
    [`${USER_URN}:exempt eq true`, ['ana@acme.io']],
    [`${USER_URN}:hired lt "2026-01-31T10:00:00+02:30"`, []],
    [`${USER_URN}:hired eq "2026-01-31T09:00:00+01:00"`, ['ana@acme.io']],
    [`${USER_URN}:contract sw "https://"`, ['ana@acme.io']],
    [`${USER_URN}:sites eq "kyiv"`, ['ana@acme.io']],
    [`${USER_URN}:sites co "i"`, ['ana@acme.io', 'bo@acme.io']],
    [`${USER_URN}:badges[type eq "DOOR" and value eq "12"]`, ['ana@acme.io']],
    [`${USER_URN}:badges.value pr`, ['ana@acme.io']],
    [`not (${USER_URN}:grade pr)`, ['cy@acme.io']],
    [`${USER_URN.toUpperCase()}:GRADE eq 3`, ['bo@acme.io']],
    [`schemas eq "${USER_URN}"`, ['ana@acme.io', 'bo@acme.io']],
  ])('%s finds %j', async (filter, names) => {
    const { resources, total } = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(resources.map(({ userName }) => userName)).toEqual(names);
    expect(total).toBe(names.length);
  });

  test.each([`${USER_URN}:seal eq "AAEC"`, `${USER_URN}:nothing pr`, `${USER_URN}:grade eq "7"`])(
    '%s is invalidFilter',
    async (filter) => {
      expect((await client.get(`/Users?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({
        status: '400',
        scimType: 'invalidFilter',
      });
    },
  );

  test('sorts, those without a value last', async () => {
    const { resources } = await client.get(`/Users?sortBy=${USER_URN}:grade`);
    expect(resources.map(({ userName }) => userName)).toEqual(['bo@acme.io', 'ana@acme.io', 'cy@acme.io']);
  });

  test.each([
    [{ grade: 1 }, 'invalidValue', `"${USER_URN}:number" is required`],
    [{ number: '1', grade: 'seven' }, 'invalidValue', 'needs an integer'],
    [{ number: '1', badges: [{ type: 'door' }] }, 'invalidValue', 'has no "value"'],
    [{ number: '1', NUMBER: '2' }, 'invalidSyntax', 'twice'],
    ['0007', 'invalidValue', 'needs an object'],
  ])('%j is refused as %s, and nobody is created', async (values, scimType, detail) => {
    const { body } = await client.post('/Users', person('dee@acme.io', values));
    expect(body).toMatchObject({ status: '400', scimType });
    expect(textOf(body['detail'])).toContain(detail);
    expect((await client.get('/Users?filter=userName eq "dee@acme.io"')).total).toBe(0);
  });

  test('PATCH changes parts of it by path and by object, and what is immutable by neither', async () => {
    const { id: dee } = await client.post('/Users', person('dee@acme.io', { number: '0009', grade: 1 }));
    const { body } = await client.patch(`/Users/${dee}`, [
      { op: 'replace', path: `${USER_URN}:grade`, value: 2 },
      { op: 'add', value: { [USER_URN]: { sites: ['Rome'] }, [`${USER_URN}:exempt`]: 'False' } },
      { op: 'add', path: `${USER_URN}:badges[type eq "door"].value`, value: '99' },
    ]);
    expect(body[USER_URN]).toEqual({
      number: '0009',
      grade: 2,
      sites: ['Rome'],
      exempt: false,
      badges: [{ type: 'door', value: '99' }],
    });
    const path = `${USER_URN}:number`;
    for (const operation of [
      { op: 'replace', path, value: '1' },
      { op: 'remove', path },
      { op: 'remove', path: USER_URN },
    ]) {
      expect((await client.patch(`/Users/${dee}`, [operation])).body).toMatchObject({
        scimType: 'mutability',
      });
    }
    await client.delete(`/Users/${dee}`);
  });

  test('PUT replaces it, keeps what is immutable, and refuses another value for that', async () => {
    const { id: dee } = await client.post('/Users', person('dee@acme.io', { number: '0009', grade: 1 }));
    const replaced = await client.put(
      `/Users/${dee}`,
      person('dee@acme.io', { number: '0009', exempt: true }),
    );
    expect(replaced.body[USER_URN]).toEqual({ number: '0009', exempt: true });
    expect((await client.put(`/Users/${dee}`, userBody('dee@acme.io'))).body[USER_URN]).toEqual({
      number: '0009',
    });
    expect((await client.put(`/Users/${dee}`, person('dee@acme.io', { number: '1' }))).body).toMatchObject({
      status: '400',
      scimType: 'mutability',
    });
    await client.delete(`/Users/${dee}`);
  });

  test('a bulk request writes it as single ones do', async () => {
    const { body } = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'POST',
          path: '/Users',
          bulkId: 'a',
          data: person('eli@acme.io', { number: '1', grade: 1 }),
        },
        { method: 'POST', path: '/Users', bulkId: 'b', data: person('fay@acme.io', { grade: 1 }) },
      ],
    });
    expect(body['Operations']).toMatchObject([{ status: '201' }, { status: '400' }]);
    const { resources } = await client.get(`/Users?filter=${encodeURIComponent(`${USER_URN}:grade eq 1`)}`);
    expect(resources.map(({ userName }) => userName)).toEqual(['eli@acme.io']);
    await client.delete(`/Users/${textOf(resources[0]?.['id'])}`);
  });
});

describe("a group's extension that the account defined", () => {
  let client: ScimClient;
  let members: string[];
  let id: string;
  beforeAll(async () => {
    client = await accountWith('custom-groups');
    members = [await addUser(client, 'ana@acme.io'), await addUser(client, 'bo@acme.io')].toSorted();
    const team = groupBody('Data', members, {
      [GROUP_URN]: { costCenter: '42', budget: 1.5, places: ['Oslo'] },
    });
    id = (await client.post('/Groups', team)).id;
    await client.post('/Groups', groupBody('Other'));
  });

  test('comes back beside the members, on its own when it is asked for alone', async () => {
    const { body } = await client.get(`/Groups/${id}`);
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', GROUP_URN],
      displayName: 'Data',
      [GROUP_URN]: { costCenter: '42', budget: 1.5, places: ['Oslo'] },
    });
    expect((await client.get(`/Groups/${id}?attributes=${GROUP_URN}:budget`)).body).toEqual({
      schemas: body['schemas'],
      id,
      [GROUP_URN]: { budget: 1.5 },
    });
  });

  test.each([
    [`${GROUP_URN}:costCenter eq "42"`, ['Data']],
    [`${GROUP_URN}:budget ge 1.5 and ${GROUP_URN}:places eq "oslo"`, ['Data']],
    [`not (${GROUP_URN}:budget pr)`, ['Other']],
    [`schemas eq "${GROUP_URN}"`, ['Data']],
  ])('%s finds %j, at /Groups and at the root', async (filter, names) => {
    for (const path of ['/Groups', '/']) {
      const { resources } = await client.get(`${path}?filter=${encodeURIComponent(filter)}`);
      const groups = resources.filter((resource) => 'displayName' in resource);
      expect(groups.map(({ displayName }) => displayName)).toEqual(names);
    }
  });

  test('sorts', async () => {
    const { resources } = await client.get(`/Groups?sortBy=${GROUP_URN}:costCenter&sortOrder=descending`);
    expect(resources.map(({ displayName }) => displayName)).toEqual(['Other', 'Data']);
  });

  test('PATCH changes it beside members and name, whole or not at all', async () => {
    const operations = [
      { op: 'replace', path: `${GROUP_URN}:costCenter`, value: '43' },
      { op: 'add', value: { [GROUP_URN]: { code: 'd' } } },
      { op: 'remove', path: `members[value eq "${members[0]}"]` },
      { op: 'replace', path: 'displayName', value: 'Data Team' },
    ];
    expect((await client.patch(`/Groups/${id}`, operations)).status).toBe(204);
    const { body } = await client.get(`/Groups/${id}`);
    expect(body).toMatchObject({
      displayName: 'Data Team',
      [GROUP_URN]: { costCenter: '43', budget: 1.5, places: ['Oslo'], code: 'd' },
    });
    expect(await membersOf(client, id)).toEqual(members.slice(1));
    const refused = await client.patch(`/Groups/${id}`, [
      { op: 'replace', path: 'displayName', value: 'Nothing' },
      { op: 'replace', path: `${GROUP_URN}:code`, value: 'x' },
    ]);
    expect(refused.body).toMatchObject({ status: '400', scimType: 'mutability' });
    expect((await client.get(`/Groups/${id}`)).body).toEqual(body);
  });

  test('the same values again write nothing', async () => {
    const before = await client.get(`/Groups/${id}`);
    await client.patch(`/Groups/${id}`, [{ op: 'replace', path: `${GROUP_URN}:budget`, value: 1.5 }]);
    expect((await client.get(`/Groups/${id}`)).body).toEqual(before.body);
  });

  test('PUT replaces it and keeps what is immutable', async () => {
    const { body } = await client.put(
      `/Groups/${id}`,
      groupBody('Data', members, { [GROUP_URN]: { budget: 2 } }),
    );
    expect(body[GROUP_URN]).toEqual({ budget: 2, code: 'd' });
    expect(await membersOf(client, id)).toEqual(members);
  });

  test('a value of the wrong type is refused, and no group is made', async () => {
    const { body } = await client.post('/Groups', groupBody('Wrong', [], { [GROUP_URN]: { budget: '2' } }));
    expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    expect((await client.get('/Groups?filter=displayName eq "Wrong"')).total).toBe(0);
  });
});

describe('a schema that changes under requests', () => {
  test('once it is removed nobody sees its values, and new ones are dropped', async () => {
    const client = await accountWith('custom-removed');
    const { id } = await client.post('/Users', person('ana@acme.io'));
    const removal = { urn: USER_URN, deleteValues: true };
    await inTransaction(gateway.db, (trx) =>
      removeSchema(trx, OPERATOR, client.accountId, removal, new Date()),
    );
    await seen(client, USER_URN, 404);
    const { body } = await client.get(`/Users/${id}`);
    expect(body).not.toHaveProperty(USER_URN);
    expect(body['schemas']).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User']);
    expect((await client.post('/Users', person('bo@acme.io'))).body).not.toHaveProperty(USER_URN);
    expect((await client.get(`/Users?filter=${encodeURIComponent(`${USER_URN}:grade pr`)}`)).status).toBe(
      400,
    );
    expect((await client.get(`/Users?filter=schemas eq "${USER_URN}"`)).total).toBe(0);
    await finishDeletions(gateway.db, OPERATOR, client.accountId, USER_URN, () => new Date());
    await define(client, PAYROLL, 'User');
    expect((await client.get(`/Users/${id}`)).body).not.toHaveProperty(USER_URN);
  });

  describe('of which this process does not know yet', () => {
    const PERSON = 'ana@acme.io';
    let client: ScimClient;
    let id: string;
    let groupId: string;
    beforeAll(async () => {
      client = await accountWith('custom-stale');
      id = (await client.post('/Users', person(PERSON))).id;
      groupId = (await client.post('/Groups', groupBody('Data'))).id;
    });

    const writes: readonly [string, number, (name: string) => Promise<ScimAnswer>][] = [
      ['Post', 1, (name) => client.post('/Users', person(`${name}@acme.io`, numbered(name)))],
      ['Put', 1, (name) => client.put(`/Users/${id}`, person(PERSON, numbered(name)))],
      [
        'Patch',
        1,
        (name) => client.patch(`/Users/${id}`, [{ op: 'add', value: { [USER_URN]: { [name]: 'x' } } }]),
      ],
      ['GroupPost', 1, (name) => client.post('/Groups', groupBody(name, [], team(name)))],
      ['GroupPut', 1, (name) => client.put(`/Groups/${groupId}`, groupBody('Data', [], team(name)))],
      ['GroupPatch', 1, (name) => client.patch(`/Groups/${groupId}`, [{ op: 'add', value: team(name) }])],
      ['Bulk', 2, (name) => client.post('/Bulk', bulk(name))],
    ];

    test.each(writes)(
      'a %s keeps the values of an attribute that was just added',
      async (kind, amount, write) => {
        const name = `added${kind}`;
        await client.get('/ServiceProviderConfig');
        await changeUnannounced(client.accountId, (known) => [...known, attribute(name, 'string', '')]);
        expect((await write(name)).status).toBeLessThan(300);
        expect(await timesStored(client.accountId, name)).toBe(amount);
      },
    );

    test.each(writes)(
      'a %s drops the values of an attribute that was just removed',
      async (kind, _, write) => {
        const name = `removed${kind}`;
        const added = attribute(name, 'string', '');
        await changeUnannounced(client.accountId, (known) => [...known, added]);
        await seenAttribute(client, name);
        await changeUnannounced(client.accountId, (known) => known.filter((each) => each.name !== name));
        expect((await write(name)).status).toBeLessThan(300);
        expect(await timesStored(client.accountId, name)).toBe(0);
      },
    );
  });

  test('writes beside its changes are done or refused, and keep no value that the schema does not have', async () => {
    const client = await accountWith('custom-races');
    const { id } = await client.post('/Users', person('ana@acme.io'));
    const { id: groupId } = await client.post(
      '/Groups',
      groupBody('Data', [], { [GROUP_URN]: { budget: 1 } }),
    );
    const attributes = PAYROLL_ATTRIBUTES.filter(({ name }) => name !== 'grade');
    for (let round = 0; round < 5; round += 1) {
      const writes = Array.from({ length: 8 }, (_, index) => [
        client.post('/Users', person(`p${round}-${index}@acme.io`)),
        client.patch(`/Users/${id}`, [{ op: 'replace', path: `${USER_URN}:grade`, value: index }]),
        client.put(`/Users/${id}`, person('ana@acme.io')),
        client.put(`/Groups/${groupId}`, groupBody('Data', [], { [GROUP_URN]: { budget: index } })),
      ]).flat();
      const change = inTransaction(gateway.db, (trx) => {
        const document = round % 2 === 0 ? { ...PAYROLL, attributes } : PAYROLL;
        return changeSchema(trx, OPERATOR, client.accountId, { document, deleteValues: true }, new Date());
      });
      const answers = await Promise.all(writes);
      await change;
      // A path that is not there any longer, or not yet, may be refused; nothing else.
      for (const { status } of answers) expect([200, 201, 400]).toContain(status);
      await finishDeletions(gateway.db, OPERATOR, client.accountId, USER_URN, () => new Date());
      if (round % 2 === 1) continue;
      expect(await storedAttributes(client.accountId)).not.toContain('"grade"');
    }
    expect(gateway.errorsLogged()).toEqual([]);
  });
});

function numbered(name: string): JsonObject {
  return { number: '0007', [name]: 'x' };
}

function bulk(name: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: ['p', 'q'].map((who) => ({
      method: 'POST',
      path: '/Users',
      bulkId: who,
      data: person(`${who}-${name}@acme.io`, numbered(name)),
    })),
  };
}

function team(name: string): JsonObject {
  return { [GROUP_URN]: { [name]: 'x' } };
}

/** Changes all schemas of the account, as another process would whose announcement got lost. */
async function changeUnannounced(
  accountId: string,
  change: (known: readonly AttributeDefinition[]) => readonly AttributeDefinition[],
): Promise<void> {
  await inTransaction(gateway.db, async (trx) => {
    const { customSchemas, version } = await readAccountSettings(trx, accountId);
    for (const { schema } of customSchemas) {
      await trx
        .updateTable('custom_schemas')
        .set({ attributes: JSON.stringify(change(schema.attributes)) })
        .where('account_id', '=', accountId)
        .where('urn', '=', schema.id)
        .execute();
    }
    await trx
      .updateTable('scim_configurations')
      .set({ settings_version: version + 1 })
      .where('account_id', '=', accountId)
      .execute();
  });
}

/** Until this process knows an attribute: 750 ms without an announcement. */
async function seenAttribute(client: ScimClient, name: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { text } = await client.get(`/Schemas/${USER_URN}`);
      if (!text.includes(`"${name}"`)) throw new Error(`${name} is not to be seen.`);
    },
    { timeout: 5_000 },
  );
}

async function timesStored(accountId: string, name: string): Promise<number> {
  return (await storedAttributes(accountId)).split(`"${name}":"x"`).length - 1;
}

async function storedAttributes(accountId: string): Promise<string> {
  const [users, groups] = await Promise.all([
    gateway.db.selectFrom('users').select('attributes').where('account_id', '=', accountId).execute(),
    gateway.db.selectFrom('groups').select('attributes').where('account_id', '=', accountId).execute(),
  ]);
  return JSON.stringify([...users, ...groups]);
}
