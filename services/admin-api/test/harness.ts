import { randomBytes } from 'node:crypto';
import { createAccount, type CreateAccountInput } from '@rollcall/domain/accounts/create-account';
import type { Actor } from '@rollcall/domain/actor';
import type { PermissionSet } from '@rollcall/domain/admins/permission-sets';
import type { Database } from '@rollcall/domain/database/connection';
import { type AttemptLog, openAttemptLog } from '@rollcall/domain/events/attempt-log';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, toJson } from '@rollcall/domain/json';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { secretBox, type SecretBox } from '@rollcall/domain/sso/secret-box';
import { testDatabase } from '@rollcall/domain/testing/database';
import { openProviderCache } from '@rollcall/oidc-protocol/provider-cache';
import { createLogger } from '@rollcall/service-kit/logger';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../src/build-server.ts';
import type { AdminApiSettings } from '../src/config.ts';
import { NO_OPERATION_LIST, type OperationList } from '../src/graphql/operation-list.ts';

export const OPERATOR: Actor = { kind: 'operator', name: 'test' };

export interface TestAdminApi extends AsyncDisposable {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly app: FastifyInstance;
  readonly secrets: SecretBox;
  readonly attempts: AttemptLog;
  /** Every line that the process logged, parsed. */
  readonly logged: readonly JsonObject[];
  /** An account with SCIM on, `acme.io` verified, and an owner; the client is an account_admin's service token. */
  addAccount(slug: string, settings?: Partial<CreateAccountInput>): Promise<TestAccount>;
}

export interface TestAccount {
  readonly accountId: string;
  readonly admin: ApiClient;
  /** A client with a service token of these permission sets. */
  as(...permissionSets: readonly PermissionSet[]): Promise<ApiClient>;
}

export interface ApiAnswer {
  readonly status: number;
  /** Empty when there is none. */
  readonly data: JsonObject;
  readonly errors: readonly JsonValue[];
  readonly extensions: JsonValue;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface ApiClient {
  readonly token: string;
  /** Sends one operation as it is. */
  query(document: string, variables?: Record<string, unknown>): Promise<ApiAnswer>;
  /**
   * Calls one mutation with its input and answers with what came: the payload's `selection`, or the typed error whole.
   */
  mutate(name: string, input: Record<string, unknown>, selection: string): Promise<JsonObject>;
}

/** The API on a database of its own; requests reach it without a socket, unless the test listens. */
export async function startTestAdminApi(
  overrides: Partial<AdminApiSettings> = {},
  operations: OperationList = NO_OPERATION_LIST,
): Promise<TestAdminApi> {
  const database = await testDatabase();
  const { db } = database;
  const logged: JsonObject[] = [];
  const logger = createLogger({
    name: 'admin-api',
    destination: { write: (line) => void logged.push(objectIn(line)) },
  });
  const settings: AdminApiSettings = {
    host: '127.0.0.1',
    port: 0,
    publicAdminUrl: 'https://rollcall.example.com',
    publicScimUrl: 'https://scim.example.com',
    databaseUrl: database.url,
    secrets: secretBox(randomBytes(32)),
    providerReach: 'insecure',
    webClient: undefined,
    dnsServers: [],
    operations: { manifestPath: undefined, isBinding: false },
    internal: undefined,
    trustedProxies: [],
    development: false,
    ...overrides,
  };
  const providers = openProviderCache(settings.providerReach);
  const attempts = openAttemptLog(db, (error) => {
    throw error;
  });
  const app = await buildServer({ db, logger, settings, providers, attempts, operations });
  return {
    db,
    databaseUrl: database.url,
    app,
    secrets: settings.secrets,
    attempts,
    logged,
    addAccount: (slug, given = {}) => addAccount(db, app, slug, given),
    async [Symbol.asyncDispose]() {
      await app.close();
      await attempts[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function addAccount(
  db: Database,
  app: FastifyInstance,
  slug: string,
  given: Partial<CreateAccountInput>,
): Promise<TestAccount> {
  const { id } = await inTransaction(db, (trx) =>
    createAccount(
      trx,
      OPERATOR,
      {
        slug,
        ssoProviderKind: 'okta',
        verifiedDomains: ['acme.io'],
        owner: { email: 'olga@acme.io', givenName: 'Olga', familyName: 'Reyes' },
        enableScim: true,
        ...given,
      },
      new Date(),
    ),
  );
  const as = async (...permissionSets: readonly PermissionSet[]) => {
    const { value } = await inTransaction(db, (trx) =>
      createServiceToken(trx, OPERATOR, id, { name: permissionSets.join(' '), permissionSets }, new Date()),
    );
    return clientWith(app, value);
  };
  return { accountId: id, admin: await as('account_admin'), as };
}

/** `headers` go along with every request. */
export function clientWith(
  app: FastifyInstance,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): ApiClient {
  async function query(document: string, variables: Record<string, unknown> = {}): Promise<ApiAnswer> {
    const response = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${token}`, ...headers },
      payload: { query: document, variables },
    });
    const { data, errors, extensions } = objectIn(response.body);
    return {
      status: response.statusCode,
      data: isJsonObject(data) ? data : {},
      errors: isJsonArray(errors) ? errors : [],
      extensions: extensions ?? null,
      text: response.body,
      headers: response.headers,
    };
  }
  return {
    token,
    query,
    async mutate(name, input, selection) {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const { data, errors } = await query(
        `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
          ... on ${type}Payload { ${selection} }
          ${ERRORS} } }`,
        { input },
      );
      if (errors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors)}`);
      const result = data[name];
      if (isJsonObject(result)) return result;
      throw new Error(`${name} answered nothing.`);
    },
  };
}

const ERRORS = `
  ... on UserError { code message }
  ... on InvalidInput { fields { path message } }`;

/** What stands at a path such as `account.serviceTokens.0.name`; undefined where nothing does. */
export function at(value: JsonValue, path: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const part of path.split('.')) {
    if (isJsonArray(found)) found = found[Number(part)];
    else found = isJsonObject(found) ? found[part] : undefined;
  }
  return found;
}

/** The same for a text that has to be there. */
export function textAt(value: JsonValue, path: string): string {
  const found = at(value, path);
  if (typeof found === 'string') return found;
  throw new Error(`There is no text at ${path} in ${JSON.stringify(value)}.`);
}

function objectIn(text: string): JsonObject {
  const value = toJson(JSON.parse(text));
  if (isJsonObject(value)) return value;
  throw new Error(`No JSON object: ${text}`);
}
