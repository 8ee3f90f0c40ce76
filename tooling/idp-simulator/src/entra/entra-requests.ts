import { type JsonObject, textIn } from '../http/json.ts';
import { type Reader, readOnly } from '../http/list-response.ts';
import { UnexpectedAnswerError } from '../http/scim-client.ts';
import { equals } from '../identity-provider.ts';

const adscimGroupSchema = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

export function entraHeaders(): Record<string, string> {
  return { Accept: 'application/scim+json', 'Content-Type': 'application/scim+json; charset=utf-8' };
}

/** Every activity begins with a lookup of somebody who cannot exist: a random GUID, which is no e-mail address. */
export async function probe(reader: Reader, guid: string): Promise<void> {
  const users = `/Users?filter=${filterOf('userName', guid)}`;
  const groups = `/Groups?excludedAttributes=members&filter=${filterOf('displayName', guid)}`;
  for (const path of [users, groups]) {
    const found = await readOnly(reader, 'test connection', path);
    if (found === undefined) continue;
    const why = 'a lookup of a random GUID found somebody';
    reader.journal.surprise({ why, request: `GET ${path}`, answer: JSON.stringify(found) });
  }
}

/** The matching attributes are tried in order and never joined; the first hit wins. */
export async function matchUser(
  reader: Reader,
  person: { readonly userName: string; readonly key: string },
): Promise<string | undefined> {
  const byName = await readOnly(
    reader,
    'match user',
    `/Users?filter=${filterOf('userName', person.userName)}`,
  );
  const found =
    byName ?? (await readOnly(reader, 'match user', `/Users?filter=${filterOf('externalId', person.key)}`));
  return found && idOf(found);
}

export async function matchGroup(
  reader: Reader,
  group: { readonly name: string; readonly key: string },
): Promise<string | undefined> {
  const query = '/Groups?excludedAttributes=members&filter=';
  const byName = await readOnly(reader, 'match group', `${query}${filterOf('displayName', group.name)}`);
  const found =
    byName ?? (await readOnly(reader, 'match group', `${query}${filterOf('externalId', group.key)}`));
  return found && idOf(found);
}

export async function readResource(reader: Reader, kind: string, path: string): Promise<JsonObject> {
  const { body } = await reader.send({ kind, method: 'GET', path, expect: [200] });
  return body ?? {};
}

export function createGroupBody(group: { readonly name: string; readonly key: string }): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', adscimGroupSchema],
    externalId: group.key,
    displayName: group.name,
    meta: { resourceType: 'Group' },
  };
}

export function idOf(resource: JsonObject): string {
  const id = textIn(resource, 'id');
  if (id === undefined) throw new UnexpectedAnswerError('a resource came without an id');
  return id;
}

/** Form encoding, as Entra sends it: '+' for blanks. */
function filterOf(attribute: string, value: string): string {
  return new URLSearchParams({ filter: equals(attribute, value) }).toString().slice('filter='.length);
}
