import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toJson } from '@rollcall/domain/json';
import { SettingsError } from '@rollcall/service-kit/config';
import { graphqlOperations } from '@rollcall/service-kit/graphql-operations';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { readOperationList } from '../src/graphql/operation-list.ts';
import { schema } from '../src/schema/schema.ts';
import { countStatements } from './count-statements.ts';
import { type ApiClient, at, startTestAdminApi, textAt } from './harness.ts';
import {
  addSignInAccount,
  ANA,
  type Browser,
  openBrowser,
  PUBLIC_URL,
  type SignInAccount,
} from './sign-in-harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

let accounts = 0;
const given = () => {
  accounts += 1;
  return addSignInAccount(api, `acme-${accounts}`);
};
const SESSIONS = '{ viewer { sessions { id kind address userAgent isCurrent } } }';

describe('one’s own sessions', () => {
  test('are listed, and others of them can be ended without any right', async () => {
    const acme = await given();
    const [desk, phone] = [await signedIn(acme), await signedIn(acme)];
    const { body } = await desk.query(SESSIONS);
    expect(at(body, 'data.viewer.sessions')).toMatchObject([
      { kind: 'SSO', address: '127.0.0.1', userAgent: 'test browser', isCurrent: false },
      { kind: 'SSO', isCurrent: true },
    ]);
    const id = textAt(body, 'data.viewer.sessions.0.id');
    expect(await revoke(desk, id)).toMatchObject({ __typename: 'SessionRevokePayload', sessionId: id });
    expect((await phone.query(SESSIONS)).status).toBe(401);
    expect((await desk.query(SESSIONS)).status).toBe(200);
    expect(await revoke(desk, id)).toMatchObject({ __typename: 'SessionRevokePayload' });
  });

  test('are found by their ids; of others, people:read is needed', async () => {
    const acme = await given();
    const ana = await signedIn(acme);
    const id = textAt((await ana.query(SESSIONS)).body, 'data.viewer.sessions.0.id');
    const find = 'query ($id: ID!) { node(id: $id) { ... on Session { kind } } }';
    expect((await ana.query(find, { id })).body).toMatchObject({ data: { node: { kind: 'SSO' } } });
    acme.provider.person = { ...ANA, sub: 'bob', claims: { email: 'bob@acme.io', email_verified: true } };
    const bob = await signedIn(acme);
    expect((await bob.query(find, { id })).body).toMatchObject({ data: { node: null } });
    const viewer = await acme.as('account_viewer');
    expect((await viewer.query(find, { id })).data).toEqual({ node: { kind: 'SSO' } });
    const stranger = await given();
    expect((await stranger.admin.query(find, { id })).data).toEqual({ node: null });
  });

  test('of a token are none', async () => {
    const acme = await given();
    expect((await acme.admin.query(SESSIONS)).data).toEqual({ viewer: { sessions: [] } });
  });
});

describe('another’s session', () => {
  test('is ended by whoever may write people, and by nobody else', async () => {
    const acme = await given();
    const ana = await signedIn(acme);
    const id = textAt((await ana.query(SESSIONS)).body, 'data.viewer.sessions.0.id');
    const reader = await acme.as('account_viewer');
    const revokeAs = (client: ApiClient) => client.mutate('sessionRevoke', { id }, 'sessionId');
    expect(await revokeAs(reader)).toMatchObject({ __typename: 'Forbidden' });
    expect((await ana.query(SESSIONS)).status).toBe(200);
    expect(await revokeAs(await acme.as('security_admin'))).toMatchObject({ sessionId: id });
    expect((await ana.query(SESSIONS)).status).toBe(401);
  });

  test('is not ended by somebody with fewer rights than its person', async () => {
    const acme = await given();
    acme.provider.person = { sub: 'olga', claims: { email: 'olga@acme.io', email_verified: true } };
    const olga = await signedIn(acme);
    const id = textAt((await olga.query(SESSIONS)).body, 'data.viewer.sessions.0.id');
    const security = await acme.as('security_admin');
    expect(await security.mutate('sessionRevoke', { id }, 'sessionId')).toMatchObject({
      __typename: 'Forbidden',
    });
    expect((await olga.query(SESSIONS)).status).toBe(200);
  });

  test('of another account is not there', async () => {
    const [ours, theirs] = [await given(), await given()];
    const ana = await signedIn(theirs);
    const id = textAt((await ana.query(SESSIONS)).body, 'data.viewer.sessions.0.id');
    for (const wrong of [id, '', 'x']) {
      expect(await ours.admin.mutate('sessionRevoke', { id: wrong }, 'sessionId')).toMatchObject({
        __typename: 'NotFound',
      });
    }
    expect((await ana.query(SESSIONS)).status).toBe(200);
  });
});

describe('who a person is at the provider', () => {
  const PEOPLE = `{ account { users(first: 50) { edges { node {
    userName sessions { kind isCurrent } signInBinding { issuer subject } } } } } }`;

  test('is shown with their sessions, for many people with no more statements than for one', async () => {
    const acme = await given();
    await signedIn(acme);
    const { data } = await acme.admin.query(PEOPLE);
    expect(at(data, 'account.users.edges')).toContainEqual({
      node: {
        userName: 'ana@acme.io',
        sessions: [{ kind: 'SSO', isCurrent: false }],
        signInBinding: { issuer: acme.provider.issuer, subject: ANA.sub },
      },
    });
    const few = await countStatements(api.db, () => acme.admin.query(PEOPLE));
    for (let n = 0; n < 20; n += 1) await acme.idp.post({ userName: `person-${n}@acme.io` });
    expect(await countStatements(api.db, () => acme.admin.query(PEOPLE))).toBe(few);
  });

  test('is forgotten: the sessions end, and whoever signs in next with the address is them', async () => {
    const acme = await given();
    const ana = await signedIn(acme);
    const id = textAt((await ana.query('{ viewer { user { id } } }')).body, 'data.viewer.user.id');
    const forget = (client: ApiClient) =>
      client.mutate('userSignInForget', { id }, 'user { signInBinding { subject } sessions { id } }');
    expect(await forget(await acme.as('account_viewer'))).toMatchObject({ __typename: 'Forbidden' });
    expect(await forget((await given()).admin)).toMatchObject({ __typename: 'NotFound' });
    const forgotten = { __typename: 'UserSignInForgetPayload', user: { signInBinding: null, sessions: [] } };
    expect(await forget(await acme.as('security_admin'))).toEqual(forgotten);
    expect(await forget(acme.admin)).toEqual(forgotten);
    expect((await ana.query(SESSIONS)).status).toBe(401);
    acme.provider.person = { ...ANA, sub: 'sub-new' };
    expect((await (await signedIn(acme)).query(SESSIONS)).status).toBe(200);
  });

  test('is not forgotten by somebody with fewer rights than the person', async () => {
    const acme = await given();
    acme.provider.person = { sub: 'olga', claims: { email: 'olga@acme.io', email_verified: true } };
    const olga = await signedIn(acme);
    const id = textAt((await olga.query('{ viewer { user { id } } }')).body, 'data.viewer.user.id');
    const security = await acme.as('security_admin');
    expect(await security.mutate('userSignInForget', { id }, 'user { id }')).toMatchObject({
      __typename: 'Forbidden',
    });
    expect((await olga.query(SESSIONS)).status).toBe(200);
  });
});

async function signedIn(account: SignInAccount): Promise<Browser> {
  const browser = openBrowser(api.app);
  await browser.signIn(account.slug);
  return browser;
}

async function revoke(browser: Browser, id: string) {
  const { body } = await browser.query(
    'mutation ($id: ID!) { sessionRevoke(input: { id: $id }) { __typename ... on SessionRevokePayload { sessionId } } }',
    { id },
  );
  return at(body, 'data.sessionRevoke');
}

describe('with a binding list of operations', () => {
  const LISTED = '{ viewer { name } }';
  const OTHER = '{ viewer { kind } }';

  test('sessions run what is listed, by text or digest, and tokens whatever they write', async () => {
    const bound = await startTestAdminApi({}, await operations({ [digest(LISTED)]: LISTED }));
    onTestFinished(() => bound[Symbol.asyncDispose]());
    const acme = await addSignInAccount(bound, 'bound');
    await acme.connect();
    const browser = openBrowser(bound.app);
    await browser.signIn('bound');
    const ask = async (payload: object) => {
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { cookie, origin: PUBLIC_URL };
      const response = await bound.app.inject({ method: 'POST', url: '/graphql', headers, payload });
      return { status: response.statusCode, body: toJson(response.json()) };
    };
    const answer = { data: { viewer: { name: 'ana@acme.io' } } };
    for (const payload of [
      { query: LISTED },
      persisted(digest(LISTED)),
      { query: null, ...persisted(digest(LISTED)) },
    ]) {
      expect(await ask(payload)).toMatchObject({ status: 200, body: answer });
    }
    // A token may register documents; sessions get at none of them.
    expect(await acme.admin.query(OTHER)).toMatchObject({ status: 200, errors: [] });
    const registered = await bound.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${acme.admin.token}` },
      payload: { query: OTHER, ...persisted(digest(OTHER)) },
    });
    expect(registered.statusCode).toBe(200);
    for (const payload of [
      { query: OTHER },
      { query: OTHER, ...persisted(digest(LISTED)) },
      { query: '', ...persisted(digest(OTHER)) },
      { query: [LISTED] },
      persisted(digest(OTHER)),
      persisted([digest(OTHER)]),
      {},
      [{ query: LISTED }],
    ]) {
      expect(await ask(payload)).toMatchObject({
        status: 403,
        body: { errors: [{ extensions: { code: 'OPERATION_NOT_LISTED' } }] },
      });
    }
    await bound.attempts.flush();
    const events = await bound.db
      .selectFrom('audit_events')
      .select(['actor_name', 'detail', 'occurrences'])
      .where('account_id', '=', acme.accountId)
      .where('kind', '=', 'attempt.refused')
      .execute();
    expect(events).toEqual([
      { actor_name: 'ana@acme.io', detail: { code: 'OPERATION_NOT_LISTED' }, occurrences: 8 },
    ]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', [LISTED], /no JSON object/u],
    ['no text', { [digest(LISTED)]: 1 }, /no text/u],
    ['another digest', { [digest(OTHER)]: LISTED }, /another SHA-256/u],
    ['no GraphQL', { [digest('{')]: '{' }, /Syntax Error/u],
    ['a field that is gone', { [digest('{ gone }')]: '{ gone }' }, /Cannot query field "gone"/u],
  ])('nothing starts by a manifest with %s', async (_what, manifest, words) => {
    await expect(operations(manifest)).rejects.toThrowError(SettingsError);
    await expect(operations(manifest)).rejects.toThrowError(words);
  });

  test('nothing starts without the manifest that it names', async () => {
    const list = readOperationList('/nowhere/operations.json', schema, { isBinding: true });
    await expect(list).rejects.toThrowError(/\/nowhere\/operations.json, which cannot be used: ENOENT/u);
    expect(() => graphqlOperations({ GRAPHQL_OPERATIONS: 'persisted-only' })).toThrowError(
      /GRAPHQL_MANIFEST/u,
    );
  });
});

async function operations(manifest: unknown) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-operations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'operations.json');
  await writeFile(path, JSON.stringify(manifest));
  return readOperationList(path, schema, { isBinding: true });
}

function digest(text: string): string {
  return hash('sha256', text);
}

function persisted(sha256Hash: unknown) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
}
