import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider, {
  type AccountClaims,
  type Adapter,
  type AdapterPayload,
  type Configuration,
} from 'oidc-provider';

// Made once for all providers of a process: it takes a while.
const SIGNING_KEY = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg: 'RS256',
};

/** Somebody who can sign in. */
export interface Person {
  sub: string;
  claims: Omit<AccountClaims, 'sub'>;
}

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whoever comes to the provider next is this person. */
  person: Person | undefined;
  /** What the provider said in its tokens and documents is changed on its way out, as by one that errs or lies. */
  tamper: ((path: string, body: string) => string) | undefined;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
}

export interface ProviderOptions {
  redirectUri: string;
  configuration?: Configuration;
  client?: { token_endpoint_auth_method?: 'client_secret_post' | 'client_secret_basic' | 'none' };
  clientId?: string;
}

/** A real, certified OpenID provider on the loopback, whose sign-in page lets in whoever is named, without asking. */
export async function startOpenIdProvider({
  redirectUri,
  configuration,
  client,
  clientId = 'rollcall',
}: ProviderOptions): Promise<OpenIdProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const clientSecret = 'the secret of the client: 100% & +';
  const isPublic = client?.token_endpoint_auth_method === 'none';
  const world: OpenIdProvider = {
    issuer,
    clientId,
    clientSecret,
    person: undefined,
    tamper: undefined,
    requests: [],
    [Symbol.asyncDispose]: () => close(server),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        ...(!isPublic && { client_secret: clientSecret }),
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [new URL('/sign-in', redirectUri).href],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
        ...client,
      },
    ],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups', '_claim_names', 'hasgroups'],
    },
    adapter: memoryAdapter(),
    jwks: { keys: [SIGNING_KEY] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      if (oidc.client === undefined || oidc.session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ ...(world.person?.sub === sub && world.person.claims), sub }),
    }),
    ...configuration,
  });
  const serve = provider.callback();
  server.on('request', (request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(toError(error)));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', issuer).pathname;
    world.requests.push(path);
    if (path.startsWith('/interaction/')) return signInAtOnce(request, response);
    if (world.tamper !== undefined) tamperWith(response, path, world.tamper);
    await serve(request, response);
  }

  async function signInAtOnce(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { person } = world;
    const result =
      person === undefined
        ? { error: 'access_denied', error_description: 'User is not assigned to the client application.' }
        : { login: { accountId: person.sub } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return world;
}

/** Nothing here lives long enough to run out. */
function memoryAdapter(): (model: string) => Adapter {
  const entries = new Map<string, AdapterPayload>();
  const find = (matches: (payload: AdapterPayload) => boolean) => [...entries.values()].find(matches);
  return (model) => ({
    async upsert(id, payload) {
      entries.set(`${model} ${id}`, payload);
    },
    find: async (id) => entries.get(`${model} ${id}`),
    findByUid: async (uid) => find((payload) => payload.uid === uid),
    findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
    async consume(id) {
      const payload = entries.get(`${model} ${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      entries.delete(`${model} ${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of entries) if (payload.grantId === grantId) entries.delete(key);
    },
  });
}

function tamperWith(
  response: ServerResponse,
  path: string,
  tamper: (path: string, body: string) => string,
): void {
  const end = response.end.bind(response);
  Object.assign(response, {
    end(body?: unknown) {
      if (typeof body !== 'string' && !Buffer.isBuffer(body)) return end();
      const changed = tamper(path, body.toString());
      response.setHeader('content-length', Buffer.byteLength(changed));
      return end(changed);
    },
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
