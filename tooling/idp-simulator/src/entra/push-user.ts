import { type Person, isMisspelt } from '../directory/directory.ts';
import type { Reader } from '../http/list-response.ts';
import { valueAt } from '../http/resource-path.ts';
import { UnexpectedAnswerError } from '../http/scim-client.ts';
import { idOf, matchUser, readResource } from './entra-requests.ts';
import { type EntraDialect, managerPatchBody, userPatchBody } from './patch-dialects.ts';
import { createUserBody, isEnabled, managerPath, mappedAttributes } from './user-mapping.ts';

/** Matches or creates; undefined when the far side refused the object and it has to wait for a correction. */
export async function provisionUser(
  reader: Reader,
  dialect: EntraDialect,
  person: Person,
): Promise<string | undefined> {
  const matched = await matchUser(reader, person);
  if (matched !== undefined) {
    return (await updateUser(reader, dialect, matched, person)) ? matched : undefined;
  }
  const { status, body } = await reader.send({
    kind: 'create user',
    method: 'POST',
    path: '/Users',
    body: createUserBody(person),
    expect: isMisspelt(person) ? [201, 400] : [201],
  });
  if (status === 400) return undefined;
  if (body?.['active'] !== isEnabled(person)) {
    const why = `POST /Users (${person.userName}) answered active ${String(body?.['active'])}`;
    reader.journal.surprise({ why, request: 'POST /Users', answer: JSON.stringify(body).slice(0, 2000) });
    throw new UnexpectedAnswerError(why);
  }
  return idOf(body);
}

/** GET, compare, and PATCH what differs; false when the far side refused a slip. */
export async function updateUser(
  reader: Reader,
  dialect: EntraDialect,
  id: string,
  person: Person,
): Promise<boolean> {
  const path = `/Users/${encodeURIComponent(id)}`;
  const read = await readResource(reader, 'read user', path);
  const changes = mappedAttributes(person)
    .filter((mapped) => valueAt(read, mapped.path) !== mapped.value)
    .map(({ path: at, value }) => ({ path: at, value, assigned: valueAt(read, at) !== undefined }));
  if (changes.length === 0) return true;
  const { status } = await reader.send({
    kind: 'patch user',
    method: 'PATCH',
    path,
    body: userPatchBody(dialect, changes),
    expect: isMisspelt(person) ? [200, 204, 400] : [200, 204],
  });
  return status !== 400;
}

/** References follow once both sides exist. */
export async function updateManager(
  reader: Reader,
  dialect: EntraDialect,
  id: string,
  managerId: string | undefined,
): Promise<void> {
  const path = `/Users/${encodeURIComponent(id)}`;
  const read = await readResource(reader, 'read user', path);
  if (valueAt(read, managerPath) === managerId) return;
  await reader.send({
    kind: 'patch manager',
    method: 'PATCH',
    path,
    body: managerPatchBody(dialect, managerId),
    expect: [200, 204],
  });
}

export async function deleteUser(reader: Reader, id: string): Promise<void> {
  const path = `/Users/${encodeURIComponent(id)}`;
  await reader.send({ kind: 'delete user', method: 'DELETE', path, expect: [204] });
}
