import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, objectsIn, parseJson } from '../src/http/json.ts';
import { type Resource, Refusal, patched } from './reference-patch.ts';

/** Ways in which real servers went wrong; each must be seen by the judge. */
export type Fault =
  | 'loses one of the members added at once'
  | 'empties the group on a removal by value list'
  | 'reads "False" as true'
  | 'repeats the first page'
  | 'echoes the password'
  | 'keeps the old address after a change'
  | 'answers 500 to every tenth write'
  | 'is throttled'
  | 'counts the page instead of the total'
  | 'forgets the license on PUT'
  | 'shows deleted users for ever'
  | 'answers deactivated people as active'
  | 'answers the first creation too late'
  | 'finds by contains instead of equals';

export interface ReferenceServer {
  readonly baseUrl: URL;
  readonly token: string;
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  readonly requests: string[];
  close(): Promise<void>;
}

/** A SCIM server in memory, written from RFC 7644 for what identity providers send and nothing else. */
export async function startReferenceServer(fault?: Fault): Promise<ReferenceServer> {
  const token = 'reference-token';
  const users = new Map<string, Resource>();
  const groups = new Map<string, Resource>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    // A defect in here is an unhandled rejection, which fails the test run.
    void answer({ users, groups, requests, token, fault }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: new URL(`http://127.0.0.1:${portOf(server)}/scim/v2/reference`),
    token,
    users,
    groups,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Store {
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  readonly requests: string[];
  readonly token: string;
  readonly fault: Fault | undefined;
}

interface Reply {
  readonly status: number;
  readonly body?: Resource;
  readonly headers?: Record<string, string>;
}

async function answer(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  store.requests.push(`${request.method} ${request.url} ${text}`);
  let reply: Reply;
  try {
    reply = route(store, request, text);
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    reply = {
      status: failure.status,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: String(failure.status),
        detail: failure.message,
      },
      ...(failure.status === 429 && { headers: { 'retry-after': '1' } }),
    };
  }
  if (store.fault === 'answers the first creation too late' && isFirstCreation(store, request)) return;
  response.writeHead(reply.status, { 'content-type': 'application/scim+json', ...reply.headers });
  response.end(reply.body && JSON.stringify(reply.body));
}

function isFirstCreation(store: Store, request: IncomingMessage): boolean {
  const creations = store.requests.filter((line) => line.startsWith('POST'));
  return request.method === 'POST' && creations.length === 1;
}

function route(store: Store, request: IncomingMessage, text: string): Reply {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, endpoint = '', id] =
    /^\/scim\/v2\/reference\/(Users|Groups)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (request.headers.authorization !== `Bearer ${store.token}`) throw new Refusal(401, 'unknown token');
  if (endpoint === '') throw new Refusal(404, 'no such endpoint');
  const method = request.method ?? 'GET';
  misbehave(store, method);
  if (id === undefined) {
    return method === 'POST'
      ? create(store, endpoint, parsed(text))
      : list(store, endpoint, url.searchParams);
  }
  const resource = collection(store, endpoint).get(decodeURIComponent(id));
  if (resource === undefined) throw new Refusal(404, `no ${endpoint} ${id}`);
  if (method === 'DELETE') return remove(store, endpoint, resource);
  if (method === 'GET') return { status: 200, body: rendered(store, endpoint, resource, url.searchParams) };
  const next =
    method === 'PUT' ? replaced(store, resource, parsed(text)) : changed(store, resource, parsed(text));
  write(store, endpoint, next);
  if (method === 'PATCH' && endpoint === 'Groups') return { status: 204 };
  return { status: 200, body: rendered(store, endpoint, next, url.searchParams) };
}

function create(store: Store, endpoint: string, body: Resource): Reply {
  const id = randomUUID();
  const location = `http://localhost/scim/v2/reference/${endpoint}/${id}`;
  const { groups: _readOnly, ...given } = body;
  const resource = { ...given, id, meta: { resourceType: endpoint.slice(0, -1), location } };
  write(store, endpoint, resource);
  return {
    status: 201,
    body: rendered(store, endpoint, resource, new URLSearchParams()),
    headers: { location },
  };
}

function list(store: Store, endpoint: string, query: URLSearchParams): Reply {
  const filter = /^(\w+) eq ("(?:[^"\\]|\\.)*")$/.exec(query.get('filter') ?? '');
  const wanted: unknown = filter?.[2] === undefined ? undefined : JSON.parse(filter[2]);
  const found = [...collection(store, endpoint).values()].filter(
    (resource) => filter === null || matches(store, filter[1] ?? '', resource[filter[1] ?? ''], wanted),
  );
  const startIndex = Number(query.get('startIndex') ?? 1);
  const from = store.fault === 'repeats the first page' ? 0 : startIndex - 1;
  const page = found.slice(from, from + Number(query.get('count') ?? 100));
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: store.fault === 'counts the page instead of the total' ? page.length : found.length,
      startIndex,
      itemsPerPage: page.length,
      Resources: page.map((resource) => rendered(store, endpoint, resource, query)),
    },
  };
}

function matches(store: Store, attribute: string, value: unknown, wanted: unknown): boolean {
  if (attribute === 'externalId') return value === wanted;
  const [left, right] = [String(value).toLowerCase(), String(wanted).toLowerCase()];
  // Only the part before the '@' is compared, which makes people of one name hits for each other.
  if (store.fault === 'finds by contains instead of equals') return left.includes(right.slice(0, 4));
  return left === right;
}

function replaced(store: Store, resource: Resource, body: Resource): Resource {
  const license = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
  const { [license]: sent, groups: _readOnly, ...given } = body;
  const kept = store.fault === 'forgets the license on PUT' ? undefined : (sent ?? resource[license]);
  return {
    ...given,
    ...(kept !== undefined && { [license]: kept }),
    id: resource['id'],
    meta: resource['meta'],
    active: body['active'] ?? resource['active'],
  };
}

function changed(store: Store, resource: Resource, body: Resource): Resource {
  const next = patched(resource, body, store.fault);
  if (store.fault !== 'keeps the old address after a change' || next['userName'] === undefined) return next;
  return { ...next, emails: resource['emails'] };
}

/** The rule of accounts whose user names are addresses, and uniqueness of names. */
function write(store: Store, endpoint: string, resource: Resource): void {
  const name = endpoint === 'Users' ? 'userName' : 'displayName';
  const value = String(resource[name]);
  if (endpoint === 'Users' && !value.includes('@'))
    throw new Refusal(400, 'userName must be an e-mail address');
  for (const other of collection(store, endpoint).values()) {
    if (other['id'] !== resource['id'] && String(other[name]).toLowerCase() === value.toLowerCase()) {
      throw new Refusal(409, `${name} ${value} is taken`);
    }
  }
  for (const member of membersOf(resource)) {
    if (!store.users.has(member)) throw new Refusal(400, `member ${member} is unknown`);
  }
  collection(store, endpoint).set(String(resource['id']), resource);
}

function remove(store: Store, endpoint: string, resource: Resource): Reply {
  const id = String(resource['id']);
  if (store.fault === 'shows deleted users for ever' && endpoint === 'Users') return { status: 204 };
  collection(store, endpoint).delete(id);
  for (const [groupId, group] of store.groups) {
    const members = membersOf(group).filter((member) => member !== id);
    store.groups.set(groupId, { ...group, members: members.map((value) => ({ value })) });
  }
  return { status: 204 };
}

function rendered(store: Store, endpoint: string, resource: Resource, query: URLSearchParams): Resource {
  const { password, ...shown } = resource;
  if (store.fault === 'echoes the password' && password !== undefined) return resource;
  if (endpoint === 'Groups') {
    const { members: _members, ...bare } = shown;
    return query.get('excludedAttributes') === 'members'
      ? bare
      : { ...shown, members: shown['members'] ?? [] };
  }
  const groups = [...store.groups.values()]
    .filter((group) => membersOf(group).includes(String(resource['id'])))
    .map((group) => ({ value: group['id'], display: group['displayName'] }));
  const active = store.fault === 'answers deactivated people as active' ? true : shown['active'];
  return { ...shown, active, groups };
}

function misbehave(store: Store, method: string): void {
  if (store.fault === 'is throttled' && store.requests.length % 9 === 0)
    throw new Refusal(429, 'slower, please');
  if (store.fault !== 'answers 500 to every tenth write' || method === 'GET') return;
  if (store.requests.filter((line) => !line.startsWith('GET')).length % 10 === 0)
    throw new Refusal(500, 'fault');
}

function membersOf(group: Resource): string[] {
  return objectsIn(group['members']).map((member) => String(member['value']));
}

function collection(store: Store, endpoint: string): Map<string, Resource> {
  return endpoint === 'Users' ? store.users : store.groups;
}

function parsed(text: string): Resource {
  const body = parseJson(text);
  if (!isJsonObject(body)) throw new Refusal(400, 'the body is no JSON object');
  return body;
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
