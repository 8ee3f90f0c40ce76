import { isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  groupBody,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  tally,
  type TestGateway,
  textOf,
  userBody,
} from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('conditional');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

let people = 0;

/** Somebody new, under `/Users/{id}`. */
async function givenUser(): Promise<string> {
  people += 1;
  return `/Users/${await addUser(client, `person-${people}@acme.io`)}`;
}

let groups = 0;

async function givenGroup(...members: readonly string[]): Promise<string> {
  groups += 1;
  return `/Groups/${await addGroup(client, `Group ${groups}`, members.map(idIn))}`;
}

const idIn = (path: string): string => path.split('/').at(-1) ?? '';

const etag = ({ headers }: ScimAnswer): string => String(headers['etag']);

async function tagOf(path: string): Promise<string> {
  return etag(await client.get(path));
}

function versionShown(resource: JsonObject | undefined): string {
  const meta = resource?.['meta'];
  return isJsonObject(meta) ? textOf(meta['version']) : '';
}

const rename = (title: string) => [{ op: 'replace', path: 'title', value: title }];
const add = (user: string) => [{ op: 'add', path: 'members', value: [{ value: idIn(user) }] }];
const remove = (user: string) => [{ op: 'remove', path: `members[value eq "${idIn(user)}"]` }];

describe('7644 3.14 the ETag', () => {
  test('is meta.version in each answer that has one user', async () => {
    const created = await client.post('/Users', userBody('etag-1@acme.io'));
    const path = `/Users/${created.id}`;
    await givenGroup(path);
    const answers = [
      created,
      await client.get(path),
      await client.put(path, userBody('etag-1@acme.io', { title: 'A' })),
      await client.patch(path, rename('B')),
      await client.get(`${path}?attributes=meta`),
      await client.get(`${path}?excludedAttributes=groups`),
    ];
    expect(answers.map(etag)).toEqual(answers.map(({ body }) => versionShown(body)));
    expect(answers.map(etag)).toEqual([
      'W/"1"',
      expect.stringMatching(/^W\/"1-[0-9a-f]{12}"$/),
      expect.stringMatching(/^W\/"2-[0-9a-f]{12}"$/),
      expect.stringMatching(/^W\/"3-[0-9a-f]{12}"$/),
      'W/"3"',
      'W/"3"',
    ]);
  });

  test('is there when the answer leaves meta out, on HEAD, and on a PATCH without a body', async () => {
    const [user, group] = [await givenUser(), await givenGroup()];
    expect(etag(await client.get(`${user}?attributes=userName`))).toBe('W/"1"');
    expect(etag(await client.send({ method: 'HEAD', path: group }))).toBe('W/"1"');
    const patched = await client.patch(group, [{ op: 'replace', path: 'displayName', value: 'Renamed' }]);
    expect([patched.status, etag(patched)]).toEqual([204, 'W/"2"']);
    expect(await tagOf(group)).toBe('W/"2"');
  });

  test('is meta.version in each answer that has one group', async () => {
    const created = await client.post('/Groups', groupBody('Etag group'));
    const path = `/Groups/${created.id}`;
    const answers = [
      created,
      await client.get(path),
      await client.put(path, groupBody('Etag group, renamed')),
      await client.send({
        method: 'PATCH',
        path: `${path}?attributes=displayName,meta`,
        payload: JSON.stringify({
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'displayName', value: 'Etag group, again' }],
        }),
      }),
    ];
    expect(answers.map(etag)).toEqual(['W/"1"', 'W/"1"', 'W/"2"', 'W/"3"']);
    expect(answers.map(({ body }) => versionShown(body))).toEqual(answers.map(etag));
  });

  test('is the version that a list shows, with groups and without', async () => {
    const user = await givenUser();
    await givenGroup(user);
    const filter = `filter=${encodeURIComponent(`id eq "${idIn(user)}"`)}`;
    const [whole] = (await client.get(`/Users?${filter}`)).resources;
    const [part] = (await client.get(`/Users?${filter}&attributes=userName,meta`)).resources;
    expect(versionShown(whole)).toBe(await tagOf(user));
    expect(versionShown(part)).toBe(await tagOf(`${user}?attributes=userName,meta`));
  });

  test('stays when a write changes nothing', async () => {
    const user = await givenUser();
    const changed = await client.patch(user, rename('Same'));
    expect(etag(await client.patch(user, rename('Same')))).toBe(etag(changed));
  });

  test('that a client was shown finds its user again in a filter', async () => {
    const user = await givenUser();
    await client.patch(user, rename('One'));
    await client.patch(user, rename('Two'));
    const before = await tagOf(user);
    await givenGroup(user);
    for (const shown of [before, await tagOf(user)]) {
      const filter = `id eq "${idIn(user)}" and meta.version eq ${JSON.stringify(shown)}`;
      expect((await client.get(`/Users?filter=${encodeURIComponent(filter)}`)).total).toBe(1);
    }
    const other = `id eq "${idIn(user)}" and meta.version eq ${JSON.stringify('W/"2"')}`;
    expect((await client.get(`/Users?filter=${encodeURIComponent(other)}`)).total).toBe(0);
  });
});

describe('a resource that shows something else has another ETag', () => {
  test('a user who joins a group, whose group is renamed, who leaves it, whose group is deleted', async () => {
    const user = await givenUser();
    const first = await givenGroup();
    const tags = [await tagOf(user)];
    const after = async (change: Promise<ScimAnswer>): Promise<void> => {
      expect((await change).status).toBe(204);
      tags.push(await tagOf(user));
    };
    await after(client.patch(first, add(user)));
    await after(client.patch(first, [{ op: 'replace', path: 'displayName', value: 'Another name' }]));
    await after(client.patch(first, remove(user)));
    const second = await givenGroup(user);
    tags.push(await tagOf(user));
    await after(client.delete(second));
    const [alone, joined, renamed, left, inSecond, deleted] = tags;
    expect([left, deleted]).toEqual([alone, alone]);
    expect(new Set([alone, joined, renamed, inSecond]).size).toBe(4);
  });

  test('a group whose member is deleted', async () => {
    const [leaver, member] = [await givenUser(), await givenUser()];
    const group = await givenGroup(leaver, member);
    expect((await client.delete(leaver)).status).toBe(204);
    const read = await client.get(group, { 'if-none-match': 'W/"1"' });
    expect([read.status, etag(read)]).toEqual([200, 'W/"2"']);
    expect(read.body['members']).toMatchObject([{ value: idIn(member) }]);
  });

  test('a group whose member is deleted and comes back by POST, without the membership', async () => {
    const { id, body } = await client.post('/Users', userBody('comes-back@acme.io'));
    const group = await givenGroup(`/Users/${id}`);
    await client.delete(`/Users/${id}`);
    expect((await client.post('/Users', userBody(textOf(body['userName'])))).id).toBe(id);
    const read = await client.get(group, { 'if-none-match': 'W/"1"' });
    expect([read.status, read.body['members']]).toEqual([200, []]);
  });
});

describe('9110 13.1.2 If-None-Match on a read', () => {
  test.each([
    ['W/"1"', 304],
    ['"1"', 304],
    ['*', 304],
    ['"x", W/"1"', 304],
    ['W/"2"', 200],
    ['"x", W/"10"', 200],
    ['W/"1-0123456789ab"', 200],
  ])('%s is a %i for version 1', async (header, status) => {
    for (const path of [await givenUser(), await givenGroup()]) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await client.send({ method, path, headers: { 'if-none-match': header } });
        expect([answer.status, etag(answer)]).toEqual([status, 'W/"1"']);
      }
    }
  });

  test('a 304 has no body, no length and no media type, and says by what the answer varies', async () => {
    const { status, text, headers } = await client.get(await givenUser(), { 'if-none-match': '*' });
    expect([status, text]).toEqual([304, '']);
    expect(headers['content-length']).toBeUndefined();
    expect(headers['content-type']).toBeUndefined();
    expect(headers['vary']).toBe('accept, accept-encoding');
  });

  test('a user is not modified as long as their groups are not, where the answer shows them', async () => {
    const user = await givenUser();
    const group = await givenGroup(user);
    const known = { 'if-none-match': await tagOf(user) };
    expect((await client.get(user, known)).status).toBe(304);
    await client.patch(group, remove(user));
    expect((await client.get(user, known)).status).toBe(200);
    expect((await client.get(`${user}?excludedAttributes=groups`, known)).status).toBe(304);
    expect((await client.get(`${user}?attributes=userName`, known)).status).toBe(304);
    await client.patch(user, rename('Changed'));
    expect((await client.get(`${user}?attributes=userName`, known)).status).toBe(200);
  });

  test('a resource that is not there is a 404, whatever is asked of its version', async () => {
    const user = await givenUser();
    await client.delete(user);
    for (const headers of [{ 'if-none-match': '*' }, { 'if-match': 'W/"1"' }, { 'if-match': '*' }]) {
      const answers = [
        await client.get(user, headers),
        await client.put(user, userBody('nobody@acme.io'), headers),
        await client.patch(user, rename('x'), headers),
        await client.delete(user, headers),
      ];
      expect(tally(answers)).toEqual({ 404: 4 });
    }
  });
});

/** Each way to write a resource, with headers. */
const WRITES = {
  'PUT of a user': async (headers) => {
    const user = await givenUser();
    return {
      path: user,
      answer: await client.put(user, userBody(`person-${people}@acme.io`, { title: 'New' }), headers),
    };
  },
  'PATCH of a user': async (headers) => {
    const user = await givenUser();
    return { path: user, answer: await client.patch(user, rename('New'), headers) };
  },
  'DELETE of a user': async (headers) => {
    const user = await givenUser();
    return { path: user, answer: await client.delete(user, headers) };
  },
  'PUT of a group': async (headers) => {
    const group = await givenGroup();
    return { path: group, answer: await client.put(group, groupBody(`Renamed ${groups}`), headers) };
  },
  'PATCH of a group': async (headers) => {
    const group = await givenGroup();
    return { path: group, answer: await client.patch(group, add(await givenUser()), headers) };
  },
  'DELETE of a group': async (headers) => {
    const group = await givenGroup();
    return { path: group, answer: await client.delete(group, headers) };
  },
} satisfies Record<
  string,
  (headers: Record<string, string>) => Promise<{ path: string; answer: ScimAnswer }>
>;

describe.each(Object.entries(WRITES))('%s', (_name, write) => {
  test.each([
    { 'if-match': 'W/"1"' },
    { 'if-match': '"7", "1"' },
    { 'if-match': '*' },
    { 'if-none-match': 'W/"2"' },
  ])('is done with %j at version 1', async (headers) => {
    const { answer } = await write(headers);
    expect([200, 204]).toContain(answer.status);
  });

  test.each([
    { 'if-match': 'W/"2"' },
    { 'if-match': '"another-server"' },
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"1"' },
    { 'if-match': 'W/"1"', 'if-none-match': 'W/"1"' },
  ])('is a 412 with %j at version 1, says what to do, and changes nothing', async (headers) => {
    const { path, answer } = await write(headers);
    expect(Object.keys(answer.body).toSorted()).toEqual(['detail', 'schemas', 'status']);
    expect(answer.detail).toMatch(/(version|already).*Read it again/);
    expect(answer.status).toBe(412);
    expect(await tagOf(path)).toBe('W/"1"');
  });

  test.each([{ 'if-match': '1' }, { 'if-match': '' }, { 'if-none-match': 'W/1' }, { 'if-match': '*, "1"' }])(
    'is a 400 with %j, which says how tags are written, and changes nothing',
    async (headers) => {
      const { path, answer } = await write(headers);
      expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
      expect(answer.detail).toContain('W/"7"');
      expect(await tagOf(path)).toBe('W/"1"');
    },
  );
});

describe('If-Match', () => {
  test('of 20 PATCHes at once with the same If-Match, exactly one is done', async () => {
    const user = await givenUser();
    const group = await givenGroup();
    const headers = { 'if-match': 'W/"1"' };
    const twenty = Array.from({ length: 20 }, (_, index) => index);
    const ofUser = await Promise.all(twenty.map((n) => client.patch(user, rename(`Title ${n}`), headers)));
    const ofGroup = await Promise.all(
      twenty.map((n) =>
        client.patch(group, [{ op: 'replace', path: 'displayName', value: `Raced ${n}` }], headers),
      ),
    );
    expect([tally(ofUser), tally(ofGroup)]).toEqual([
      { 200: 1, 412: 19 },
      { 204: 1, 412: 19 },
    ]);
    expect([await tagOf(user), await tagOf(group)]).toEqual(['W/"2"', 'W/"2"']);
  });

  test('with the tag of before still holds when the user has only joined or left groups', async () => {
    const user = await givenUser();
    const before = await tagOf(user);
    const group = await givenGroup(user);
    const joined = await tagOf(user);
    await client.patch(group, remove(user));
    expect((await client.patch(user, rename('One'), { 'if-match': joined })).status).toBe(200);
    expect((await client.patch(user, rename('Two'), { 'if-match': before })).status).toBe(412);
  });

  test('on a read is a 412 for another version', async () => {
    for (const path of [await givenUser(), await givenGroup()]) {
      expect((await client.get(path, { 'if-match': 'W/"1"' })).status).toBe(200);
      expect((await client.get(path, { 'if-match': 'W/"2"' })).status).toBe(412);
      expect((await client.get(path, { 'if-match': 'W/"2"', 'if-none-match': 'W/"1"' })).status).toBe(412);
    }
  });

  test('of a user who was deleted and revived does not take the earlier life for the later', async () => {
    const user = await givenUser();
    const before = await tagOf(user);
    await client.delete(user);
    const back = await client.post('/Users', userBody(`person-${people}@acme.io`));
    expect([back.id, back.status]).toEqual([idIn(user), 201]);
    expect((await client.patch(user, rename('x'), { 'if-match': before })).status).toBe(412);
  });

  test('is judged before the operations of a PATCH are', async () => {
    const user = await givenUser();
    const operations = [{ op: 'remove', path: 'emails[type eq "home"].value' }, { op: 'remove' }];
    expect((await client.patch(user, operations, { 'if-match': 'W/"1"' })).status).toBe(400);
    const missing = [{ op: 'replace', path: 'userName', value: 'no address' }];
    expect((await client.patch(user, missing, { 'if-match': 'W/"9"' })).status).toBe(412);
  });
});

test('conditions on what has no version are ignored', async () => {
  for (const headers of [{ 'if-match': 'W/"1"' }, { 'if-none-match': '*' }, { 'if-none-match': 'junk' }]) {
    for (const path of ['/Users', '/Groups', '/Schemas', '/ServiceProviderConfig'])
      expect((await client.get(path, headers)).status).toBe(200);
    people += 1;
    expect((await client.post('/Users', userBody(`person-${people}@acme.io`), headers)).status).toBe(201);
  }
});

test('whatever stands in the headers, the answer is one of those that are documented', async () => {
  const path = await givenUser();
  const text = fc.string({
    unit: fc.constantFrom('W', '/', '"', '1', '-', 'a', ',', ' ', '*', '\u00E9'),
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(text, text, fc.boolean(), async (ifMatch, ifNoneMatch, reads) => {
      const headers = { 'if-match': ifMatch, 'if-none-match': ifNoneMatch };
      const answer = reads ? await client.get(path, headers) : await client.patch(path, rename('x'), headers);
      expect([200, 304, 400, 412]).toContain(answer.status);
    }),
    { numRuns: 200, seed: 5 },
  );
});

test('no request of these was logged as an error of the gateway', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
