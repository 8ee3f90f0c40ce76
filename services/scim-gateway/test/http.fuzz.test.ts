import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findMiscounts } from '@rollcall/domain/accounts/miscounts';
import { isJsonArray, type JsonValue } from '@rollcall/scim-protocol/json';
import { fuzzing } from '@rollcall/scim-protocol/testing/fuzzing';
import { misshapen, mutilated } from '@rollcall/scim-protocol/testing/mutilation';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from './fixture.ts';
import {
  addGroup,
  addUser,
  type RawRequest,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  textOf,
} from './harness.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const FIXTURES = join(import.meta.dirname, '../../../packages/scim-protocol/fixtures');

let gateway: TestGateway;
let client: ScimClient;
let places: readonly string[];
let cursor: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('mutilated', { userNamePolicy: 'any' });
  const user = await addUser(client, 'ana@acme.io');
  const group = await addGroup(client, 'Data', [user]);
  await addUser(client, 'bo@acme.io');
  places = [
    '/',
    '/Users',
    `/Users/${user}`,
    '/Users/.search',
    '/Groups',
    `/Groups/${group}`,
    '/Groups/.search',
    '/.search',
    '/Bulk',
    '/Me',
    '/Schemas',
    '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
    '/ResourceTypes/User',
    '/ServiceProviderConfig',
    '/Users/018f2d00-0000-7000-8000-0000000000ff',
  ];
  cursor = textOf((await client.get('/Users?cursor&count=1')).body['nextCursor']);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

const BODIES: readonly JsonValue[] = globSync('**/*.json', { cwd: FIXTURES }).map((path) =>
  fixture(path.slice(0, -'.json'.length)),
);
const QUERIES = [
  'filter=userName eq "ana@acme.io"&startIndex=1&count=2',
  'filter=emails[type eq "work" and value co "acme"] or not (active eq false)&sortBy=name.familyName&sortOrder=descending',
  'attributes=userName,emails.value&excludedAttributes=',
  'excludedAttributes=members,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'cursor=&count=1&sortBy=userName',
];
const HEADERS: readonly Record<string, string>[] = [
  {},
  { 'if-match': 'W/"1"' },
  { 'if-match': '*' },
  { 'if-none-match': '*, W/"' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': '' },
  { accept: 'application/json;q=0.1, */*;q=0' },
  { accept: '\u00ff' },
  { 'accept-encoding': 'gzip, br;q=x' },
  { 'content-encoding': 'br' },
  { prefer: 'return=minimal, respond-async' },
  { authorization: 'Bearer rcs_nobody' },
  { 'x-request-id': 'x'.repeat(5000) },
];

const method = fc.constantFrom<RawRequest['method'][]>(
  ...(['GET', 'GET', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const),
);
const payload = fc.oneof(
  { weight: 6, arbitrary: misshapen(BODIES).map((body) => JSON.stringify(body)) },
  { weight: 3, arbitrary: mutilated(BODIES.map((body) => JSON.stringify(body))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);

/** A request whose body nearly fits its place. */
function nearlyRight(): fc.Arbitrary<RawRequest> {
  const [user = '', group = ''] = [places[2], places[5]];
  return fc
    .constantFrom<[RawRequest['method'], string, string]>(
      ['POST', '/Users', 'core:2.0:User"'],
      ['PUT', user, 'core:2.0:User"'],
      ['PATCH', user, ':PatchOp"'],
      ['POST', '/Groups', 'core:2.0:Group"'],
      ['PUT', group, 'core:2.0:Group"'],
      ['PATCH', group, ':PatchOp"'],
      ['POST', '/.search', ':SearchRequest"'],
      ['POST', '/Bulk', ':BulkRequest"'],
    )
    .chain(([asked, path, schema]) =>
      misshapen(BODIES.filter((body) => JSON.stringify(body).includes(schema))).map((body) => ({
        method: asked,
        path,
        payload: JSON.stringify(body),
        headers: { 'content-type': 'application/scim+json' },
      })),
    );
}

/** Any request: its place, its query and its body are right as often as wrong. */
function request(): fc.Arbitrary<RawRequest> {
  const path = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...places) },
    { weight: 1, arbitrary: mutilated(places).map((text) => encodeURI(text.toWellFormed())) },
  );
  const query = fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: mutilated(QUERIES).map((text) => `?${encodeURI(text.toWellFormed())}`) },
    {
      weight: 1,
      arbitrary: mutilated([cursor]).map(
        (text) => `?count=1&cursor=${encodeURIComponent(text.toWellFormed())}`,
      ),
    },
  );
  return fc
    .record({
      method,
      path,
      query,
      payload: fc.option(payload, { freq: 4 }),
      headers: fc.constantFrom(...HEADERS),
    })
    .map(({ path: place, query: asked, payload: body, headers, ...rest }) => ({
      ...rest,
      path: `${place.startsWith('/') ? '' : '/'}${place}${asked}`,
      headers: { 'content-type': 'application/scim+json', ...headers },
      ...(body === null ? {} : { payload: body }),
    }));
}

/** What is wrong with an answer, or nothing. */
function faultOf({ method: asked }: RawRequest, answer: ScimAnswer): string {
  const { status, body, headers, text, detail } = answer;
  if (status >= 500 && status !== 501) return `${status} ${text}`;
  if (status < 400 || asked === 'HEAD') return '';
  const isError =
    isJsonArray(body['schemas']) && body['schemas'][0] === ERROR && body['status'] === String(status);
  const isScim =
    headers['content-type'] === 'application/scim+json' || headers['content-type'] === 'application/json';
  return isError && isScim && detail.length > 10 ? '' : `no SCIM error: ${status} ${text}`;
}

/** All that can be read. */
async function everything(): Promise<string> {
  const [users, groups] = await Promise.all([
    client.get('/Users?count=1000'),
    client.get('/Groups?count=1000'),
  ]);
  return users.text + groups.text;
}

test('whatever is sent, the answer is a SCIM answer, and a refused request leaves nothing behind', async () => {
  const statuses = new Set<number>();
  let before = await everything();
  await fc.assert(
    fc.asyncProperty(fc.oneof(request(), nearlyRight()), async (sent) => {
      const answer = await client.send(sent);
      statuses.add(answer.status);
      expect(faultOf(sent, answer)).toBe('');
      const after = await everything();
      expect(answer.status < 400 || after === before).toBe(true);
      before = after;
    }),
    fuzzing(500),
  );
  // The requests get somewhere, and are refused for more than one reason.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 404, 405]));
  expect(await findMiscounts(gateway.db)).toEqual([]);
  expect(gateway.errorsLogged()).toEqual([]);
});

test('a cursor that was touched is an invalidCursor, whichever of its characters it was', async () => {
  await fc.assert(
    fc.asyncProperty(mutilated([cursor]), async (text) => {
      fc.pre(text !== cursor && text !== '' && text.isWellFormed());
      const answer = await client.get(`/Users?count=1&cursor=${encodeURIComponent(text)}`);
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidCursor']);
    }),
    fuzzing(200),
  );
});
