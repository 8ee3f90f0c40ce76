import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { isJsonObject, type JsonObject, toJson } from '@rollcall/domain/json';
import { createSignInLink, type SignInLinkTarget } from '@rollcall/domain/sso/create-sign-in-link';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import type { OidcProviderInput } from '@rollcall/domain/sso/sso-provider';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
import { openBrowser as openOutside } from '@rollcall/oidc-protocol/testing/browser';
import {
  type OpenIdProvider,
  type Person,
  type ProviderOptions,
  startOpenIdProvider,
} from '@rollcall/oidc-protocol/testing/openid-provider';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { OPERATOR, type TestAccount, type TestAdminApi } from './harness.ts';

export const PUBLIC_URL = 'https://rollcall.example.com';
export const ANA: Person = {
  sub: 'sub-ana',
  claims: { email: 'ana@acme.io', email_verified: true, given_name: 'Ana', family_name: 'Ito', groups: [] },
};

/** A browser at this service: it keeps cookies as one does, and sends the Origin with what it posts. */
export interface Browser {
  readonly cookies: ReadonlyMap<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  post(
    path: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  /** One GraphQL operation of the signed-in person. */
  query(document: string, variables?: Record<string, unknown>): Promise<{ status: number; body: JsonObject }>;
  /** The whole way: to the provider, through it, and back here. */
  signIn(slug: string, parameters?: string): Promise<LightMyRequestResponse>;
  /** To the provider and through it: the address that it sends the browser back to. */
  comeBack(slug: string): Promise<URL>;
}

/** `standing` goes along with every request. */
export function openBrowser(app: FastifyInstance, standing: Readonly<Record<string, string>> = {}): Browser {
  const cookies = new Map<string, string>();
  const outside = openOutside();

  async function send(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<LightMyRequestResponse> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await app.inject({
      method,
      url: path,
      headers: { 'user-agent': 'test browser', ...standing, ...(cookie !== '' && { cookie }), ...headers },
      ...(payload !== undefined && { payload }),
    });
    for (const { name, value, expires } of response.cookies) {
      if (expires !== undefined && expires.getTime() <= Date.now()) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  const browser: Browser = {
    cookies,
    get: (path, headers = {}) => send('GET', path, headers),
    post: (path, form = {}, headers = {}) =>
      send(
        'POST',
        path,
        { 'content-type': 'application/x-www-form-urlencoded', origin: PUBLIC_URL, ...headers },
        new URLSearchParams(form).toString(),
      ),
    async query(document, variables = {}) {
      const headers = { 'content-type': 'application/json', origin: PUBLIC_URL };
      const response = await send(
        'POST',
        '/graphql',
        headers,
        JSON.stringify({ query: document, variables }),
      );
      const body = toJson(JSON.parse(response.body));
      return { status: response.statusCode, body: isJsonObject(body) ? body : {} };
    },
    async comeBack(slug) {
      const start = await browser.get(`/sign-in/${slug}`);
      return outside.follow(locationOf(start), PUBLIC_URL);
    },
    async signIn(slug, parameters = '') {
      const start = await browser.get(`/sign-in/${slug}${parameters}`);
      const answer = await outside.follow(locationOf(start), PUBLIC_URL);
      return browser.get(`${answer.pathname}${answer.search}`);
    },
  };
  return browser;
}

export function locationOf(response: LightMyRequestResponse): string {
  const { location } = response.headers;
  if (typeof location === 'string') return location;
  throw new Error(`${response.statusCode} leads nowhere: ${response.body}`);
}

export interface SignInAccount extends TestAccount {
  readonly slug: string;
  readonly provider: OpenIdProvider;
  readonly idp: ReturnType<typeof identityProvider>;
  connect(changes?: Partial<OidcProviderInput>): Promise<void>;
  /** The path of a sign-in link. */
  link(target: SignInLinkTarget): Promise<string>;
}

/** An account with a provider of its own, where Ana signs in. */
export async function addSignInAccount(
  api: TestAdminApi,
  slug: string,
  {
    settings,
    provider: options,
  }: { settings?: Parameters<TestAdminApi['addAccount']>[1]; provider?: Partial<ProviderOptions> } = {},
): Promise<SignInAccount> {
  const account = await api.addAccount(slug, settings);
  const { accountId } = account;
  const provider = await startOpenIdProvider({ redirectUri: `${PUBLIC_URL}/sign-in/callback`, ...options });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  provider.person = ANA;
  const made: SignInAccount = {
    ...account,
    slug,
    provider,
    idp: identityProvider(api.db, {
      accountId,
      actor: {
        kind: 'scim_token',
        id: accountId,
        name: 'test',
        request: { id: accountId, method: 'POST', path: '/Users' },
      },
    }),
    async connect(changes = {}) {
      const { issuer, clientId, clientSecret } = provider;
      const input = { protocol: 'oidc', issuer, clientId, clientSecret, ...changes } as const;
      const surroundings = { secrets: api.secrets, allowHttp: true };
      await inTransaction(api.db, (trx) =>
        setSsoProvider(trx, surroundings, operatorCaller(OPERATOR), accountId, input, new Date()),
      );
    },
    async link(target) {
      const { value } = await inTransaction(api.db, (trx) =>
        createSignInLink(trx, OPERATOR, accountId, target, new Date()),
      );
      return `/sign-in/link/${value}`;
    },
  };
  await made.connect();
  return made;
}
