import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'openid-client';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Browser } from './browser.ts';
import { CLIENT_ID } from '../src/identity-provider/openid-provider.ts';
import { ensureSecrets, type Secrets } from '../src/identity-provider/secrets.ts';
import { startIdentityProvider, type RunningIdentityProvider } from '../src/identity-provider/server.ts';

const publicAdminUrl = 'http://127.0.0.1:4000';
const redirectUri = `${publicAdminUrl}/sign-in/callback`;

const ada = {
  id: 'ada',
  userName: 'ada.lindqvist@acme.example',
  email: 'ada.lindqvist@acme.example',
  givenName: 'Ada',
  familyName: 'Lindqvist',
  state: 'active' as const,
  groups: ['Platform', 'Everyone at Acme'],
};

let dataDir: string;
let secrets: Secrets;
let provider: RunningIdentityProvider;
let failures: unknown[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rollcall-idp-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  provider = await start();
});

test('whoever is picked comes back with their name, address and groups in the id token', async () => {
  const attempt = await begin('acme-okta');
  const page = await attempt.browser.open(attempt.url);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Pick who you are');
  expect(page.text).toContain('Ada Lindqvist');
  expect(page.text).toContain('Platform');

  const tokens = await attempt.finish(await attempt.browser.submitUntil(redirectUri, { person: 'ada' }));
  expect(tokens.claims()).toMatchObject({
    iss: `${provider.url}/acme-okta`,
    sub: 'ada',
    aud: CLIENT_ID,
    name: 'Ada Lindqvist',
    given_name: 'Ada',
    family_name: 'Lindqvist',
    preferred_username: 'ada.lindqvist@acme.example',
    email: 'ada.lindqvist@acme.example',
    email_verified: true,
    groups: ['Platform', 'Everyone at Acme'],
  });
  expect(failures).toEqual([]);
});

test('the next sign-in of the same browser asks again who it is', async () => {
  const first = await begin('acme-okta');
  await first.browser.open(first.url);
  await first.finish(await first.browser.submitUntil(redirectUri, { person: 'ada' }));
  const second = await begin('acme-okta', first.browser);
  expect((await second.browser.open(second.url)).text).toContain('Pick who you are');
  expect(
    (await second.finish(await second.browser.submitUntil(redirectUri, { person: 'bruno' }))).claims(),
  ).toMatchObject({
    sub: 'bruno',
  });
});

test('a sign-in that is cancelled goes back with access_denied', async () => {
  const attempt = await begin('acme-okta');
  await attempt.browser.open(attempt.url);
  const back = await attempt.browser.submitUntil(redirectUri, { cancel: 'yes' });
  expect(back.searchParams.get('error')).toBe('access_denied');
});

test('a request without PKCE is refused', async () => {
  const url = new URL(`${provider.url}/acme-okta/auth`);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 's',
  }).toString();
  const back = await new Browser().openUntil(redirectUri, url.href);
  expect(back.searchParams.get('error_description')).toContain('PKCE');
});

test('a redirect to an address that is not the admin API is refused without a redirect', async () => {
  const attempt = await begin('acme-okta');
  const url = new URL(attempt.url);
  url.searchParams.set('redirect_uri', 'http://127.0.0.1:9/elsewhere');
  const { status, text } = await attempt.browser.open(url.href);
  expect(status).toBe(400);
  expect(text).toContain('redirect_uri');
});

describe('the directory of a simulator', () => {
  const carol = {
    ...ada,
    id: 'carol',
    userName: 'carol@acme.example',
    email: 'carol@acme.example',
    givenName: 'Carol',
    groups: ['Sales'],
  };

  test('its people can be picked, are found by name, address and group, and are there after a restart', async () => {
    expect(await put('acme-okta', 'simulated', [carol])).toBe(204);
    for (const search of ['carol', 'CAROL@acme', 'sales']) {
      const attempt = await begin('acme-okta');
      await attempt.browser.open(attempt.url);
      expect((await attempt.browser.search(search)).text).toContain('Carol Lindqvist');
      expect((await attempt.browser.search(`${search}x`)).text).toContain('Nobody in this directory');
    }
    await restart();
    const attempt = await begin('acme-okta');
    await attempt.browser.open(attempt.url);
    const tokens = await attempt.finish(await attempt.browser.submitUntil(redirectUri, { person: 'carol' }));
    expect(tokens.claims()).toMatchObject({ sub: 'carol', groups: ['Sales'] });
  });

  test('whoever the directory deactivated is shown and refused, whatever the form sends', async () => {
    await put('acme-okta', 'simulated', [{ ...carol, state: 'deactivated' }]);
    const attempt = await begin('acme-okta');
    expect((await attempt.browser.open(attempt.url)).text).toMatch(
      /disabled[^>]*>\s*<span class="name">Carol/,
    );
    const { status, text } = await attempt.browser.submit({ person: 'carol' });
    expect(status).toBe(403);
    expect(text).toContain('Carol Lindqvist cannot sign in');
  });

  test('a change between the picking and the token counts: no token for someone who has just left', async () => {
    await put('acme-okta', 'simulated', [carol]);
    const attempt = await begin('acme-okta');
    await attempt.browser.open(attempt.url);
    const back = await attempt.browser.submitUntil(redirectUri, { person: 'carol' });
    await put('acme-okta', 'simulated', []);
    await expect(attempt.finish(back)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a part replaces itself and leaves the others, and the demo people, alone', async () => {
    await put('acme-okta', 'one', [carol]);
    await put('acme-okta', 'two', [{ ...carol, id: 'dora', givenName: 'Dora' }]);
    await put('acme-okta', 'one', []);
    const attempt = await begin('acme-okta');
    const { text } = await attempt.browser.open(attempt.url);
    expect(text).toContain('Dora');
    expect(text).toContain('Ada');
    expect(text).not.toContain('Carol');
  });

  test('one directory is not the other', async () => {
    await put('acme-okta', 'simulated', [carol]);
    const attempt = await begin('globex-entra');
    expect((await attempt.browser.open(attempt.url)).text).not.toContain('Carol');
    expect(await attempt.browser.submit({ person: 'carol' })).toMatchObject({ status: 404 });
  });

  test('names are shown as the text that they are', async () => {
    await put('acme-okta', 'simulated', [{ ...carol, givenName: '<script>alert(1)</script>' }]);
    const attempt = await begin('acme-okta');
    expect((await attempt.browser.open(attempt.url)).text).toContain('&lt;script&gt;alert(1)');
  });

  test('of more than 200 groups a token of Entra only says where they could be asked for', async () => {
    const groups = Array.from({ length: 201 }, (_, number) => `Group ${number}`);
    await put('globex-entra', 'simulated', [{ ...carol, groups }]);
    const attempt = await begin('globex-entra');
    await attempt.browser.open(attempt.url);
    const claims = (
      await attempt.finish(await attempt.browser.submitUntil(redirectUri, { person: 'carol' }))
    ).claims();
    expect(claims).toMatchObject({ _claim_names: { groups: 'src1' } });
    expect(claims).not.toHaveProperty('groups');
  });

  test.for([
    { why: 'no token', token: '', people: [carol], status: 401 },
    { why: 'another token', token: 'x'.repeat(43), people: [carol], status: 401 },
    { why: 'a person without an id', people: [{ ...carol, id: undefined }], status: 400 },
    { why: 'an unknown state', people: [{ ...carol, state: 'gone' }], status: 400 },
    { why: 'no list', people: 'everybody', status: 400 },
  ])('with $why it changes nothing: $status', async ({ token, people, status }) => {
    expect(await put('acme-okta', 'simulated', people, token ?? secrets.directoryToken)).toBe(status);
    const attempt = await begin('acme-okta');
    expect((await attempt.browser.open(attempt.url)).text).not.toContain('Carol');
  });
});

test('keys, secrets and tokens outlive a restart', async () => {
  const before = await keySet();
  await restart();
  expect(await keySet()).toEqual(before);
});

test('a name that another site has made resolve to this machine is not served', async () => {
  const status = await new Promise((done, fail) => {
    const path = '/acme-okta/.well-known/openid-configuration';
    request(`${provider.url}${path}`, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .once('error', fail)
      .end();
  });
  expect(status).toBe(421);
});

async function start(): Promise<RunningIdentityProvider> {
  secrets = ensureSecrets(dataDir);
  failures = [];
  const bruno = { ...ada, id: 'bruno', givenName: 'Bruno', groups: [] };
  const running = await startIdentityProvider({
    port: 0,
    dataDir,
    outboxFolder: join(dataDir, 'outbox'),
    secrets,
    publicAdminUrl,
    tenants: [
      { slug: 'acme-okta', name: 'Acme (Okta)', sso: 'okta', people: [ada, bruno] },
      { slug: 'globex-entra', name: 'Globex', sso: 'entra', people: [] },
    ],
    onError: (error) => failures.push(error),
  });
  onTestFinished(() => running[Symbol.asyncDispose]());
  return running;
}

async function restart(): Promise<void> {
  await provider[Symbol.asyncDispose]();
  provider = await start();
}

async function keySet(): Promise<unknown> {
  return (await fetch(`${provider.url}/acme-okta/jwks`)).json();
}

async function put(
  slug: string,
  part: string,
  people: unknown,
  token = secrets.directoryToken,
): Promise<number> {
  const response = await fetch(`${provider.url}/${slug}/directory/${part}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ people }),
  });
  return response.status;
}

type Attempt = {
  readonly browser: Browser;
  readonly url: string;
  finish(back: URL): ReturnType<typeof client.authorizationCodeGrant>;
};

async function begin(slug: string, browser = new Browser()): Promise<Attempt> {
  const config = await client.discovery(
    new URL(`${provider.url}/${slug}`),
    CLIENT_ID,
    secrets.clientSecret,
    undefined,
    {
      execute: [client.allowInsecureRequests],
    },
  );
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email groups',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce };
  return { browser, url: url.href, finish: (back) => client.authorizationCodeGrant(config, back, checks) };
}
