import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readAdminApiSettings } from '@rollcall/admin-api/config';
import { startAdminApi } from '@rollcall/admin-api/server';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import { countProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { createGroup } from '@rollcall/domain/groups/create-group';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { createServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
import { readGatewaySettings } from '@rollcall/scim-gateway/config';
import { startGateway } from '@rollcall/scim-gateway/server';
import { createLogger } from '@rollcall/service-kit/logger';
import { ensureSecretKey } from '@rollcall/service-kit/secret-key';
import { readWorkerSettings } from '@rollcall/worker/config';
import { startWorker } from '@rollcall/worker/server';
import { afterAll, expect, test, vi } from 'vitest';
import { readRecipes } from './read-recipes.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;
const recipes = readRecipes(readFileSync(resolve(import.meta.dirname, '../../../docs/graphql.md'), 'utf8'));

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-recipes-'));
resources.defer(() => rmSync(dataDir, { recursive: true }));
const database = resources.use(await testDatabase());
ensureSecretKey(dataDir);
const env = {
  DATABASE_URL: database.url,
  ROLLCALL_DATA_DIR: dataDir,
  ADMIN_PORT: '0',
  WORKER_PORT: '0',
  SCIM_PORT: '0',
  SCIM_INTERNAL_ADDRESS: join(dataDir, 'scim.sock'),
};
const logger = createLogger({ name: 'recipes', destination: { write: () => undefined } });
const gateway = resources.use(await startGateway(readGatewaySettings(env), logger));
const api = resources.use(await startAdminApi(readAdminApiSettings(env), logger));
resources.use(await startWorker(readWorkerSettings(env), logger));
const token = await givenAcme();

/** Words in capitals stand in the recipes for what an earlier one answered: where it is found there. */
const REMEMBERED: Readonly<Record<string, string>> = {
  SCIM_TOKEN_ID: 'scimTokenCreate.scimToken.id',
  USER_ID: 'account.users.edges.0.node.id',
  GROUP_ID: 'account.groups.edges.0.node.id',
  EVENT_ID: 'account.provisioningEvents.edges.0.node.id',
  CLEANUP_ID: 'defaultGroupCleanupPlan.cleanup.id',
};
const known = new Map<string, string>();

test('there are ten recipes', () => {
  expect(recipes.length).toBeGreaterThanOrEqual(10);
});

test.each(recipes.map((recipe) => [recipe.title, recipe] as const))('%s', async (_, recipe) => {
  await vi.waitFor(
    async () => {
      const answer = await send(recipe.document, substituted(recipe.variables));
      expect(answer).not.toHaveProperty('errors');
      expect(refusalsIn(answer)).toEqual([]);
      remember(answer);
    },
    // A recipe that waits for a job is repeated, as its reader would.
    { timeout: 20_000, interval: 200 },
  );
});

async function send(query: string, variables: unknown): Promise<object> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null) return answer;
  throw new Error(`The API answered with ${response.status}.`);
}

function substituted(text: string): unknown {
  const variables: unknown = JSON.parse(
    text.replaceAll(/"([A-Z][A-Z_]+(?:_ID|_TOKEN))"/gu, (whole, name: string) => {
      const value = known.get(name);
      if (value === undefined) throw new Error(`No recipe before this one answers with ${name}.`);
      return JSON.stringify(value);
    }),
  );
  return variables;
}

function remember(answer: object): void {
  for (const [name, path] of Object.entries(REMEMBERED)) {
    const found = path.split('.').reduce<unknown>(stepInto, 'data' in answer ? answer.data : undefined);
    if (typeof found === 'string') known.set(name, found);
  }
}

function stepInto(value: unknown, part: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === part)?.[1];
}

/** Typed errors anywhere in an answer. */
function refusalsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'code' in value && 'message' in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap((part) => refusalsIn(part))];
}

/** Acme with an owner, people of its identity provider and a group; answers with a service token of an account_admin. */
async function givenAcme(): Promise<string> {
  const { db } = database;
  const now = new Date();
  const { accountId, value, scimToken } = await inTransaction(db, async (trx) => {
    const account = await createAccount(
      trx,
      OPERATOR,
      {
        slug: 'acme',
        ssoProviderKind: 'okta',
        verifiedDomains: ['acme.example'],
        owner: { email: 'olga@acme.example', givenName: 'Olga', familyName: 'Reyes' },
        enableScim: true,
      },
      now,
    );
    const request = { name: 'recipes', permissionSets: ['account_admin'] } as const;
    const made = await createServiceToken(trx, OPERATOR, account.id, request, now);
    const scim = await createScimToken(trx, OPERATOR, account.id, { name: 'Okta' }, now);
    return { accountId: account.id, value: made.value, scimToken: scim.value };
  });
  const idp = identityProvider(db, { accountId, actor: OPERATOR });
  await inTransaction(db, (trx) => {
    const group = { displayName: 'Engineering', externalId: null, memberIds: [] };
    return createGroup(trx, OPERATOR, accountId, group, now);
  });
  await idp.post({ userName: 'ana.ito@acme.example', licenseType: 'it' });
  // Refused, since she is there; the log has it soon after.
  await fetch(`${gateway.url}/scim/v2/${accountId}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ana.ito@acme.example',
    }),
  });
  await vi.waitFor(async () => {
    expect(await countProvisioningEvents(db, accountId, { status: 409 })).toBe(1);
  });
  return value;
}
