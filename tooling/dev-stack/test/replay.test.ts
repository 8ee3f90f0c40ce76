import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAdminApiSettings } from '@rollcall/admin-api/config';
import { startAdminApi } from '@rollcall/admin-api/server';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { createServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import { readGatewaySettings } from '@rollcall/scim-gateway/config';
import { startGateway } from '@rollcall/scim-gateway/server';
import { createLogger } from '@rollcall/service-kit/logger';
import { ensureSecretKey } from '@rollcall/service-kit/secret-key';
import { afterAll, expect, test, vi } from 'vitest';
import { z } from 'zod';

const OPERATOR = { kind: 'operator', name: 'test' } as const;
const SECRET = 'a secret that both services know of';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-replay-'));
resources.defer(() => rmSync(dataDir, { recursive: true }));
const database = resources.use(await testDatabase());
ensureSecretKey(dataDir);
const logger = createLogger({ name: 'replay', destination: { write: () => undefined } });

const socket = join(dataDir, 'scim.sock');
const gateway = resources.use(
  await startGateway(readGatewaySettings(env({ SCIM_INTERNAL_ADDRESS: socket })), logger),
);
const connected = await givenAdminApi({ SCIM_INTERNAL_ADDRESS: socket });
const acme = await givenAccount('acme');
const beta = await givenAccount('beta');

function env(settings: Record<string, string>): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: database.url,
    ROLLCALL_DATA_DIR: dataDir,
    ADMIN_PORT: '0',
    SCIM_PORT: '0',
    ...settings,
  };
}

async function givenAdminApi(settings: Record<string, string>): Promise<string> {
  return resources.use(await startAdminApi(readAdminApiSettings(env(settings)), logger)).url;
}

interface World {
  readonly base: string;
  readonly scimToken: string;
  readonly adminToken: string;
}

async function givenAccount(slug: string): Promise<World> {
  const now = new Date();
  return inTransaction(database.db, async (trx) => {
    const input = {
      slug,
      ssoProviderKind: 'okta',
      verifiedDomains: ['acme.example'],
      enableScim: true,
    } as const;
    const { id } = await createAccount(trx, OPERATOR, input, now);
    const scim = await createScimToken(trx, OPERATOR, id, { name: 'Okta' }, now);
    const request = { name: 'reader', permissionSets: ['account_viewer'] } as const;
    const service = await createServiceToken(trx, OPERATOR, id, request, now);
    return { base: `${gateway.url}/scim/v2/${id}`, scimToken: scim.value, adminToken: service.value };
  });
}

/** Sends a SCIM request and answers with the id of its provisioning event, once it is written. */
async function recorded({ base, scimToken, adminToken }: World, method: string, path: string, body?: object) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const requestId = response.headers.get('x-request-id') ?? '';
  const Resource = z.object({ id: z.string().optional() });
  const text = await response.text();
  const { id: resourceId = '' } = text === '' ? {} : Resource.parse(JSON.parse(text));
  const id = await vi.waitFor(async () => {
    const { data } = await ask(
      connected,
      adminToken,
      '{ account { provisioningEvents(first: 50) { edges { node { id requestId } } } } }',
    );
    const { edges } = Events.parse(data).account.provisioningEvents;
    const found = edges.find(({ node }) => node.requestId === requestId);
    if (found === undefined) throw new Error('It is not written yet.');
    return found.node.id;
  });
  return { id, resourceId };
}

const Events = z.object({
  account: z.object({
    provisioningEvents: z.object({
      edges: z.array(z.object({ node: z.object({ id: z.string(), requestId: z.string() }) })),
    }),
  }),
});
const Answer = z.object({ data: z.unknown(), errors: z.array(z.unknown()).optional() });

async function ask(
  url: string,
  token: string,
  query: string,
  variables: object = {},
): Promise<z.infer<typeof Answer>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return Answer.parse(await response.json());
}

const REPLAY = `mutation ($id: ID!) { provisioningEventReplay(input: { id: $id }) { __typename
  ... on UserError { message }
  ... on ProvisioningEventReplayPayload {
    provisioningEvent { status } status scimType errorDetail version body bodyCut reading { leniency } hasMoreChanges tokenInForce
    resources { target { kind user { userName } } events { kind changes { field before after } } } alerts { kind } } } }`;

async function replayed({ adminToken }: World, id: string, url = connected): Promise<unknown> {
  const { data, errors } = await ask(url, adminToken, REPLAY, { id });
  expect(errors).toBeUndefined();
  return z.object({ provisioningEventReplay: z.unknown() }).parse(data).provisioningEventReplay;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const userBody = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  ...more,
});

test('what a request would come to now is shown with every difference, and nothing of it stays', async () => {
  const ana = await recorded(acme, 'POST', '/Users', userBody('ana@acme.example', { title: 'Ms.' }));
  const changed = await recorded(acme, 'PATCH', `/Users/${ana.resourceId}`, {
    schemas: [PATCH_OP],
    Operations: [{ op: 'Replace', path: 'title', value: 'Dr.' }],
  });
  await recorded(acme, 'PATCH', `/Users/${ana.resourceId}`, {
    schemas: [PATCH_OP],
    Operations: [{ op: 'replace', path: 'title', value: 'Prof.' }],
  });
  const outcome = {
    __typename: 'ProvisioningEventReplayPayload',
    provisioningEvent: { status: 200 },
    status: 200,
    scimType: null,
    body: { userName: 'ana@acme.example', title: 'Dr.' },
    reading: [{ leniency: 'op-case' }],
    resources: [
      {
        target: { kind: 'USER', user: { userName: 'ana@acme.example' } },
        events: [
          { kind: 'user.changed', changes: [{ field: 'attributes.title', before: 'Prof.', after: 'Dr.' }] },
        ],
      },
    ],
    alerts: [],
    tokenInForce: true,
  };
  expect(await replayed(acme, changed.id)).toMatchObject(outcome);
  // Once more: the first one left nothing.
  expect(await replayed(acme, changed.id)).toMatchObject(outcome);
  expect(await replayed(acme, ana.id)).toMatchObject({
    provisioningEvent: { status: 201 },
    status: 409,
    scimType: 'uniqueness',
    resources: [],
  });
});

test('what is not kept whole, not there, or another account’s is refused by a type of its own', async () => {
  const long = await recorded(
    acme,
    'POST',
    '/Users',
    userBody('bo@acme.example', { title: 'x'.repeat(9_000) }),
  );
  expect(await replayed(acme, long.id)).toMatchObject({ __typename: 'NotReplayable' });
  const zoe = await recorded(beta, 'POST', '/Users', userBody('zoe@acme.example'));
  for (const id of [zoe.id, 'nothing']) {
    expect(await replayed(acme, id)).toMatchObject({ __typename: 'NotFound' });
  }
});

test('where nobody can replay, the answer says what the operator has to do', async () => {
  const { id } = await recorded(acme, 'GET', '/Users?count=0');
  expect(await replayed(acme, id)).toMatchObject({ status: 200, resources: [] });
  const stranger = createServer((_request, answer) => answer.end('{"status":"ok"}'));
  resources.defer(() => void stranger.close());
  const port = await new Promise<number>((resolve) => {
    stranger.listen(0, '127.0.0.1', () => {
      const address = stranger.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const guarded = resources.use(
    await startGateway(
      readGatewaySettings(env({ SCIM_INTERNAL_ADDRESS: '127.0.0.1:0', ROLLCALL_INTERNAL_SECRET: SECRET })),
      logger,
    ),
  );
  const { host } = new URL(guarded.internalUrl ?? '');
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{}, /has to set SCIM_INTERNAL_ADDRESS/u],
    [{ SCIM_INTERNAL_ADDRESS: join(dataDir, 'nobody.sock') }, /did not answer.*SCIM_INTERNAL_ADDRESS/u],
    [{ SCIM_INTERNAL_ADDRESS: `127.0.0.1:${port}` }, /Something else than the SCIM gateway/u],
    [
      { SCIM_INTERNAL_ADDRESS: host, ROLLCALL_INTERNAL_SECRET: SECRET.toUpperCase() },
      /ROLLCALL_INTERNAL_SECRET/u,
    ],
  ];
  for (const [settings, words] of cases) {
    const refusal = z
      .object({ __typename: z.literal('ReplayUnavailable'), message: z.string() })
      .parse(await replayed(acme, id, await givenAdminApi(settings)));
    expect(refusal.message).toMatch(words);
  }
  const agreed = await givenAdminApi({ SCIM_INTERNAL_ADDRESS: host, ROLLCALL_INTERNAL_SECRET: SECRET });
  expect(await replayed(acme, id, agreed)).toMatchObject({ status: 200 });
});
