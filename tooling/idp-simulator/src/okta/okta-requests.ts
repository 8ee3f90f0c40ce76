import { type JsonObject, textIn } from '../http/json.ts';
import { type Reader, readEverything, readOnly, readPage } from '../http/list-response.ts';
import { UnexpectedAnswerError } from '../http/scim-client.ts';
import { equals } from '../identity-provider.ts';

/** The application's flavour decides, never what the server says it can do: the custom app knows no PATCH. */
export type OktaFlavour = 'catalogue' | 'custom';

export function oktaHeaders(): Record<string, string> {
  return {
    'User-Agent': 'Okta SCIM Client 1.0.0',
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'Accept-Encoding': 'gzip,deflate',
    'Content-Type': 'application/scim+json; charset=utf-8',
  };
}

/** What Okta asks when the connector's configuration is saved. */
export async function testOktaConnection(reader: Reader): Promise<void> {
  await readPage(reader, 'test connection', '/Users?startIndex=1&count=2');
  await readPage(reader, 'test connection', '/Groups?startIndex=1&count=100');
}

export async function findUser(reader: Reader, userName: string): Promise<JsonObject | undefined> {
  const filter = encodeURIComponent(equals('userName', userName));
  return readOnly(reader, 'look up user', `/Users?filter=${filter}&startIndex=1&count=100`);
}

export async function findGroup(reader: Reader, name: string): Promise<JsonObject | undefined> {
  const filter = encodeURIComponent(equals('displayName', name));
  return readOnly(reader, 'look up group', `/Groups?filter=${filter}&startIndex=1&count=100`);
}

export async function importUsers(reader: Reader): Promise<JsonObject[]> {
  return readEverything(reader, 'import users', '/Users');
}

export async function importGroups(reader: Reader): Promise<JsonObject[]> {
  return readEverything(reader, 'import groups', '/Groups');
}

export async function readUser(reader: Reader, id: string): Promise<JsonObject> {
  const answer = await reader.send({
    kind: 'read user',
    method: 'GET',
    path: `/Users/${encodeURIComponent(id)}`,
    expect: [200],
  });
  return answer.body ?? {};
}

export async function readGroup(reader: Reader, id: string): Promise<JsonObject> {
  const answer = await reader.send({
    kind: 'read group',
    method: 'GET',
    path: `/Groups/${encodeURIComponent(id)}`,
    expect: [200],
  });
  return answer.body ?? {};
}

/** An answer that says otherwise sends Okta into a loop of reactivations. */
export function demandActive(
  reader: Reader,
  body: JsonObject | undefined,
  active: boolean,
  what: string,
): void {
  if (body === undefined || body['active'] === active) return;
  const why = `${what} answered active ${String(body['active'])} after ${active} was written`;
  reader.journal.surprise({ why, request: what, answer: JSON.stringify(body).slice(0, 2000) });
  throw new UnexpectedAnswerError(why);
}

export function idOf(resource: JsonObject): string {
  const id = textIn(resource, 'id');
  if (id === undefined) throw new UnexpectedAnswerError('a resource came without an id');
  return id;
}
