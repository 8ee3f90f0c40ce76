import { createAccount, type CreateAccountInput } from '@rollcall/domain/accounts/create-account';
import type { Actor } from '@rollcall/domain/actor';
import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import {
  openProvisioningLog,
  type ProvisioningLog,
} from '@rollcall/domain/provisioning-log/provisioning-log';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { testDatabase } from '@rollcall/domain/testing/database';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJsonBody,
} from '@rollcall/scim-protocol/json';
import { createLogger } from '@rollcall/service-kit/logger';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { buildServer } from '../src/build-server.ts';
import { openReplay, type Replay } from '../src/replay/replay.ts';
import { DEFAULT_LIMITS, type Limits } from '../src/limits.ts';

export const OPERATOR: Actor = { kind: 'operator', name: 'test' };
export const PUBLIC_URL = 'https://scim.example.com';

export interface TestGateway extends AsyncDisposable {
  readonly db: Database;
  /** For a second process on the same database. */
  readonly databaseUrl: string;
  readonly app: FastifyInstance;
  readonly log: ProvisioningLog;
  readonly replay: Replay;
  /** Every line that the process logged, parsed. */
  readonly logged: readonly JsonObject[];
  errorsLogged(): readonly JsonObject[];
  /** An account with SCIM on, `acme.io` verified, and a client that holds its token. */
  addAccount(slug: string, settings?: Partial<CreateAccountInput>): Promise<ScimClient>;
}

/** A gateway on a database of its own; requests reach it without a socket, unless the test listens. */
export async function startTestGateway(
  limits: Limits = DEFAULT_LIMITS,
  trustedProxies: readonly string[] = [],
): Promise<TestGateway> {
  const database = await testDatabase();
  const { db } = database;
  const logged: JsonObject[] = [];
  const logger = createLogger({
    name: 'scim-gateway',
    destination: { write: (line) => void logged.push(...parsed(line)) },
  });
  const tokens = openTokenCache(db, { onError: (err) => logger.error({ err }, 'token cache failed') });
  const log = openProvisioningLog(db, { onError: (err) => logger.error({ err }, 'provisioning log failed') });
  const app = buildServer({ db, tokens, log, logger, publicScimUrl: PUBLIC_URL, limits, trustedProxies });
  const replay = openReplay({ db, logger, publicScimUrl: PUBLIC_URL, limits });
  return {
    db,
    databaseUrl: database.url,
    app,
    log,
    replay,
    logged,
    errorsLogged: () => logged.filter((line) => Number(line['level']) >= 50),
    addAccount: (slug, settings = {}) => addAccount(db, app, slug, settings),
    async [Symbol.asyncDispose]() {
      await app.close();
      await replay[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Empty when the answer had no JSON object. */
  readonly body: JsonObject;
  readonly id: string;
  readonly total: number;
  /** The resources of a list. */
  readonly resources: readonly JsonObject[];
  /** What a SCIM error says; undefined in other answers. */
  readonly detail: string;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** One identity provider's side of one account. */
export interface ScimClient {
  readonly accountId: string;
  readonly token: string;
  /** Where the account's SCIM lives, without the host. */
  readonly base: string;
  readonly location: string;
  get(path: string, headers?: RequestHeaders): Promise<ScimAnswer>;
  post(path: string, body: JsonValue, headers?: RequestHeaders): Promise<ScimAnswer>;
  put(path: string, body: JsonValue, headers?: RequestHeaders): Promise<ScimAnswer>;
  patch(path: string, operations: readonly JsonValue[], headers?: RequestHeaders): Promise<ScimAnswer>;
  delete(path: string, headers?: RequestHeaders): Promise<ScimAnswer>;
  /** Bytes as they are; a header that is undefined is not sent. */
  send(request: RawRequest): Promise<ScimAnswer>;
}

export interface RawRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  path: string;
  payload?: string | Buffer;
  headers?: RequestHeaders;
  /** Without the Authorization header. */
  anonymous?: boolean;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

async function addAccount(
  db: Database,
  app: FastifyInstance,
  slug: string,
  settings: Partial<CreateAccountInput>,
): Promise<ScimClient> {
  const { account, token } = await inTransaction(db, async (trx) => {
    const input = {
      slug,
      ssoProviderKind: 'okta',
      verifiedDomains: ['acme.io'],
      enableScim: true,
      ...settings,
    } as const;
    const made = await createAccount(trx, OPERATOR, input, new Date());
    const issued = await createScimToken(trx, OPERATOR, made.id, { name: 'test' }, new Date());
    return { account: made, token: issued.value };
  });
  return scimClient(app, account.id, token);
}

export function scimClient(app: FastifyInstance, accountId: string, token: string): ScimClient {
  const base = `/scim/v2/${accountId}`;
  const send = async ({
    method,
    path,
    payload,
    headers = {},
    anonymous = false,
  }: RawRequest): Promise<ScimAnswer> => {
    const options: InjectOptions = {
      method,
      url: `${base}${path}`,
      headers: { ...(anonymous ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    };
    const response = await app.inject(options);
    return scimAnswer(response.statusCode, response.headers, response.body);
  };
  const withBody = (
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: JsonValue,
    headers: RequestHeaders,
  ) =>
    send({
      method,
      path,
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/scim+json', ...headers },
    });
  return {
    accountId,
    token,
    base,
    location: `${PUBLIC_URL}${base}`,
    send,
    get: (path, headers = {}) => send({ method: 'GET', path, headers }),
    post: (path, body, headers = {}) => withBody('POST', path, body, headers),
    put: (path, body, headers = {}) => withBody('PUT', path, body, headers),
    patch: (path, operations, headers = {}) =>
      withBody('PATCH', path, { schemas: [PATCH_OP], Operations: operations }, headers),
    delete: (path, headers = {}) => send({ method: 'DELETE', path, headers }),
  };
}

export function scimAnswer(status: number, headers: ScimAnswer['headers'], text: string): ScimAnswer {
  const [body = {}] = parsed(text);
  const resources = body['Resources'];
  return {
    status,
    headers,
    text,
    body,
    id: textOf(body['id']),
    total: Number(body['totalResults']),
    resources: isJsonArray(resources) ? resources.filter(isJsonObject) : [],
    detail: textOf(body['detail']),
  };
}

const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** A user as the RFC writes one, with what the test cares about. */
export function userBody(userName: string, more: JsonObject = {}): JsonObject {
  return {
    schemas: [CORE_USER],
    userName,
    name: { givenName: 'Ana', familyName: 'Ito' },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
    ...more,
  };
}

export function groupBody(
  displayName: string,
  memberIds: readonly string[] = [],
  more: JsonObject = {},
): JsonObject {
  return { schemas: [CORE_GROUP], displayName, members: memberIds.map((value) => ({ value })), ...more };
}

/** Creates a person and gives their id back. */
export async function addUser(client: ScimClient, userName: string, more: JsonObject = {}): Promise<string> {
  const { status, id, text } = await client.post('/Users', userBody(userName, more));
  if (status !== 201) throw new Error(`POST /Users answered ${status}: ${text}`);
  return id;
}

export async function addUsers(client: ScimClient, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push(await addUser(client, `${name}@acme.io`));
  return ids;
}

export async function addGroup(
  client: ScimClient,
  name: string,
  memberIds: readonly string[] = [],
): Promise<string> {
  const { status, id, text } = await client.post('/Groups', groupBody(name, memberIds));
  if (status !== 201) throw new Error(`POST /Groups answered ${status}: ${text}`);
  return id;
}

/** The ids of a group's members, sorted. */
export async function membersOf(client: ScimClient, groupId: string): Promise<string[]> {
  const { body } = await client.get(`/Groups/${groupId}`);
  const { members } = body;
  if (!isJsonArray(members)) throw new Error(`The group ${groupId} has no list of members.`);
  return members.flatMap((member) => (isJsonObject(member) ? [textOf(member['value'])] : [])).toSorted();
}

/** How many answers had which status. */
export function tally(answers: readonly ScimAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function parsed(text: string): JsonObject[] {
  if (text === '') return [];
  try {
    const value = parseJsonBody(text);
    return isJsonObject(value) ? [value] : [];
  } catch {
    return [];
  }
}
