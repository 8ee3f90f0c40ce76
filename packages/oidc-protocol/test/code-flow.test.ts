import { describe, expect, onTestFinished, test } from 'vitest';
import { beginCodeFlow, finishCodeFlow, signOutUrl } from '../src/code-flow.ts';
import { connectProvider, type OidcClientSettings } from '../src/connect-provider.ts';
import { openBrowser } from './browser.ts';
import { type OpenIdProvider, type ProviderOptions, startOpenIdProvider } from './openid-provider.ts';

const REDIRECT_URI = 'https://rollcall.example/sign-in/callback';
const ANA = {
  sub: 'sub-ana',
  claims: {
    email: 'ana@acme.example',
    email_verified: true,
    given_name: 'Ana',
    family_name: 'Ito',
    groups: ['sales'],
  },
};

describe('a sign-in', () => {
  test('gives what the provider says of the person', async () => {
    const provider = await given();
    const result = await signIn(provider);
    expect(result).toMatchObject({
      issuer: provider.issuer,
      claims: {
        subject: 'sub-ana',
        email: 'ana@acme.example',
        emailVerified: true,
        givenName: 'Ana',
        familyName: 'Ito',
      },
    });
    expect(result.claims.all['groups']).toEqual(['sales']);
    expect(provider.requests).not.toContain('/me');
  });

  test('asks the userinfo endpoint for what a short ID token lacks', async () => {
    const provider = await given({ configuration: { conformIdTokenClaims: true } });
    const result = await signIn(provider);
    expect(result.claims).toMatchObject({ email: 'ana@acme.example' });
    expect(result.claims.all['groups']).toEqual(['sales']);
    expect(provider.requests).toContain('/me');
  });

  test('authenticates the client by the one way that the provider takes for it, whatever it announces', async () => {
    for (const method of ['client_secret_post', 'client_secret_basic'] as const) {
      const provider = await given({ client: { token_endpoint_auth_method: method } });
      expect((await signIn(provider)).claims.subject).toBe('sub-ana');
    }
  });

  test('works for a client without a secret, by PKCE alone', async () => {
    const provider = await given({ client: { token_endpoint_auth_method: 'none' } });
    expect((await signIn(provider, { clientSecret: null })).claims.subject).toBe('sub-ana');
  });

  test('asks for the groups scope only where the provider has it', async () => {
    const [has, lacks] = [
      await given(),
      await given({ configuration: { scopes: ['openid', 'profile', 'email'], claims: {} } }),
    ];
    expect(await scopeAt(has)).toBe('openid profile email groups');
    expect(await scopeAt(lacks)).toBe('openid profile email');
  });

  test('sends state, nonce and an S256 challenge, never the verifier', async () => {
    const { url, attempt } = await begin(await given());
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge_method: 'S256',
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
    });
    expect(url.href).not.toContain(attempt.codeVerifier);
  });
});

describe('what is not believed', () => {
  test.each([
    ['another state', { state: 'x' }],
    ['another nonce', { nonce: 'x' }],
    ['another code verifier', { codeVerifier: 'x'.repeat(43) }],
  ])('%s', async (_what, changes) => {
    const provider = await given();
    const { connected, url, attempt } = await begin(provider);
    const answer = await openBrowser().follow(url, REDIRECT_URI);
    const finished = finishCodeFlow(connected, answer, { ...attempt, ...changes }, []);
    await expect(finished).rejects.toMatchObject({ name: 'OidcError', fault: 'not_believed' });
  });

  test('a code for the second time', async () => {
    const provider = await given();
    const { connected, url, attempt } = await begin(provider);
    const answer = await openBrowser().follow(url, REDIRECT_URI);
    await finishCodeFlow(connected, answer, attempt, []);
    await expect(finishCodeFlow(connected, answer, attempt, [])).rejects.toMatchObject({
      fault: 'not_believed',
    });
  });

  test('the answer of another provider (a mix-up, RFC 9207)', async () => {
    const [honest, other] = [await given(), await given()];
    const mine = await begin(honest);
    const theirs = await begin(other);
    const answer = await openBrowser().follow(theirs.url, REDIRECT_URI);
    answer.searchParams.set('state', mine.attempt.state);
    await expect(finishCodeFlow(mine.connected, answer, mine.attempt, [])).rejects.toMatchObject({
      fault: 'not_believed',
    });
  });

  test('a token whose signature is not the provider’s', async () => {
    const provider = await given();
    provider.tamper = (path, body) =>
      path === '/token' ? body.replace(/("id_token":"[^."]+\.[^."]+\.)(..)/u, '$1AA') : body;
    await expect(signIn(provider)).rejects.toMatchObject({ name: 'OidcError' });
  });

  test('a token of another audience', async () => {
    const provider = await given();
    const { connected, url, attempt } = await begin(provider);
    const answer = await openBrowser().follow(url, REDIRECT_URI);
    const other = await connectProvider({ ...settingsOf(provider), clientId: 'another' }, 'insecure');
    await expect(finishCodeFlow(other, answer, attempt, [])).rejects.toMatchObject({ name: 'OidcError' });
    expect(connected.settings.clientId).toBe('rollcall');
  });
});

describe('in words', () => {
  test('the provider says that the person has no access', async () => {
    const provider = await given();
    provider.person = undefined;
    await expect(signIn(provider)).rejects.toThrow(/did not let you in \(User is not assigned/u);
  });

  test('a wrong client secret leads to the client secret, without telling it', async () => {
    const provider = await given();
    const failure = await signIn(provider, { clientSecret: 'wrong secret' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ fault: 'client_refused' });
    expect(String(failure)).toContain('client secret');
    expect(String(failure)).not.toContain('wrong secret');
  });
});

test('signing out leads to the provider where it has such a place', async () => {
  const provider = await given();
  const connected = await connectProvider(settingsOf(provider), 'insecure');
  const url = signOutUrl(connected, 'https://rollcall.example/sign-in', 'id-token');
  expect(url?.origin).toBe(provider.issuer);
  expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
    client_id: 'rollcall',
    id_token_hint: 'id-token',
    post_logout_redirect_uri: 'https://rollcall.example/sign-in',
  });
  const without = await given({
    configuration: {
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    },
  });
  const other = await connectProvider(settingsOf(without), 'insecure');
  expect(signOutUrl(other, 'https://rollcall.example/sign-in', undefined)).toBeUndefined();
});

async function given(options: Partial<ProviderOptions> = {}): Promise<OpenIdProvider> {
  const provider = await startOpenIdProvider({ redirectUri: REDIRECT_URI, ...options });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  provider.person = ANA;
  return provider;
}

function settingsOf({ issuer, clientId, clientSecret }: OpenIdProvider): OidcClientSettings {
  return { issuer, clientId, clientSecret };
}

async function scopeAt(provider: OpenIdProvider): Promise<string | null> {
  return (await begin(provider)).url.searchParams.get('scope');
}

async function begin(provider: OpenIdProvider, changes: Partial<OidcClientSettings> = {}) {
  const connected = await connectProvider({ ...settingsOf(provider), ...changes }, 'insecure');
  return { connected, ...(await beginCodeFlow(connected, REDIRECT_URI)) };
}

async function signIn(provider: OpenIdProvider, changes: Partial<OidcClientSettings> = {}) {
  const { connected, url, attempt } = await begin(provider, changes);
  const answer = await openBrowser().follow(url, REDIRECT_URI);
  return finishCodeFlow(connected, answer, attempt, ['email', 'groups']);
}
