import { expect, onTestFinished, test } from 'vitest';
import { openProviderCache } from '../src/provider-cache.ts';
import { testProvider } from '../src/test-provider.ts';
import { type OpenIdProvider, type ProviderOptions, startOpenIdProvider } from './openid-provider.ts';

const REDIRECT_URI = 'https://rollcall.example/sign-in/callback';

test('a provider that is set up passes every check', async () => {
  const test = await tried(await given());
  expect(test.passed).toBe(true);
  expect(test.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
    'configuration passed',
    'code_flow passed',
    'pkce passed',
    'signing_keys passed',
    'client passed',
  ]);
});

test('a client secret that is sent in the other way passes, too', async () => {
  const test = await tried(await given({ client: { token_endpoint_auth_method: 'client_secret_basic' } }));
  expect(test.passed).toBe(true);
});

test.each([
  ['a wrong secret', { clientSecret: 'wrong' }],
  ['an unknown client id', { clientId: 'unknown' }],
])('%s fails at the client', async (_what, changes) => {
  const test = await tried(await given(), changes);
  expect(test.passed).toBe(false);
  expect(test.checks.at(-1)).toMatchObject({ check: 'client', outcome: 'failed' });
});

test('an issuer that calls itself otherwise fails at the configuration', async () => {
  const provider = await given();
  provider.tamper = (path, body) =>
    path.endsWith('openid-configuration')
      ? body.replace(`"issuer":"${provider.issuer}"`, '"issuer":"https://x.example"')
      : body;
  const test = await tried(provider);
  expect(test.checks).toMatchObject([{ check: 'configuration', outcome: 'failed' }]);
  expect(test.checks[0]?.text).toContain('another issuer');
});

test.each([
  ['a page for people', '<!doctype html><p>Welcome</p>'],
  ['half a document', '{"issuer":'],
])('%s in the place of the configuration fails there', async (_what, page) => {
  const provider = await given();
  provider.tamper = () => page;
  const test = await tried(provider);
  expect(test.checks).toMatchObject([{ check: 'configuration', outcome: 'failed' }]);
});

test('a provider without keys fails at the keys', async () => {
  const provider = await given();
  provider.tamper = (path, body) => (path === '/jwks' ? '{"keys":[]}' : body);
  const test = await tried(provider);
  expect(test.checks).toContainEqual(expect.objectContaining({ check: 'signing_keys', outcome: 'failed' }));
});

test('a provider that is not there is told so', async () => {
  const test = await testProvider(
    { issuer: 'http://127.0.0.1:1', clientId: 'rollcall', clientSecret: null },
    'insecure',
    REDIRECT_URI,
  );
  expect(test.checks).toMatchObject([{ check: 'configuration', outcome: 'failed' }]);
  expect(test.checks[0]?.text).toContain('refuses connections');
});

test('a configuration document is read once in ten minutes, and again at once when that failed', async () => {
  const provider = await given();
  let elapsed = 0;
  const cache = openProviderCache('insecure', () => elapsed);
  const { issuer, clientId, clientSecret } = provider;
  const connect = () => cache.connect({ issuer, clientId, clientSecret });
  const reads = () => provider.requests.filter((path) => path.endsWith('openid-configuration')).length;
  provider.tamper = () => 'broken';
  await expect(connect()).rejects.toMatchObject({ name: 'OidcError' });
  provider.tamper = undefined;
  await Promise.all([connect(), connect()]);
  elapsed = 599_999;
  await connect();
  expect(reads()).toBe(2);
  elapsed = 600_001;
  await connect();
  expect(reads()).toBe(3);
  await cache.connect({ issuer, clientId, clientSecret: 'another' });
  expect(reads()).toBe(4);
});

async function given(options: Partial<ProviderOptions> = {}): Promise<OpenIdProvider> {
  const provider = await startOpenIdProvider({ redirectUri: REDIRECT_URI, ...options });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  return provider;
}

function tried({ issuer, clientId, clientSecret }: OpenIdProvider, changes: object = {}) {
  return testProvider({ issuer, clientId, clientSecret, ...changes }, 'insecure', REDIRECT_URI);
}
