import { type Person, isMisspelt } from '../directory/directory.ts';
import { type JsonObject, textIn } from '../http/json.ts';
import type { Reader } from '../http/list-response.ts';
import { NoAnswerError } from '../http/scim-client.ts';
import type { UserLink } from '../identity-provider.ts';
import { type OktaFlavour, demandActive, findUser, idOf, readUser } from './okta-requests.ts';
import { activePatchBody, createUserBody, replaceUserBody } from './user-bodies.ts';

export interface Assignment {
  readonly person: Person;
  readonly manager: Person | undefined;
  /** Found by an earlier import, under whatever user name the person had then. */
  readonly imported: string | undefined;
}

/** Assigns a person: lookup, then create, or link with who is there. */
export async function provisionUser(
  reader: Reader,
  flavour: OktaFlavour,
  assignment: Assignment,
): Promise<UserLink | undefined> {
  const { person, manager, imported } = assignment;
  const found = await findUser(reader, person.userName);
  const id = found ? idOf(found) : imported;
  if (id !== undefined) return linkUser(reader, flavour, assignment, id);
  const created = await createUser(reader, person, manager, [201]).catch((failure: unknown) => {
    if (failure instanceof NoAnswerError) return 'timed out' as const;
    throw failure;
  });
  if (created !== 'timed out') return created;
  // A create that timed out is repeated, and may have happened all the same: then it ends in 409.
  const repeated = await createUser(reader, person, manager, [201, 409]);
  if (repeated !== undefined) return repeated;
  const late = await findUser(reader, person.userName);
  return late && linkUser(reader, flavour, assignment, idOf(late));
}

/** undefined where the server refused in a way that the provider can cope with. */
async function createUser(
  reader: Reader,
  person: Person,
  manager: Person | undefined,
  expected: readonly number[],
): Promise<UserLink | undefined> {
  const { status, body } = await reader.send({
    kind: 'create user',
    method: 'POST',
    path: '/Users',
    body: createUserBody(person, manager),
    expect: isMisspelt(person) ? [...expected, 400] : expected,
  });
  if (status !== 201) return undefined;
  demandActive(reader, body, true, `POST /Users (${person.userName})`);
  return { id: idOf(body ?? {}), externalId: person.key };
}

/** A profile push: GET, then PUT of what came back with the mapped attributes changed. */
export async function pushProfile(
  reader: Reader,
  id: string,
  { person, manager }: Pick<Assignment, 'person' | 'manager'>,
  active?: boolean,
): Promise<JsonObject> {
  const read = await readUser(reader, id);
  const wanted = active ?? read['active'] === true;
  const { body } = await reader.send({
    kind: 'replace user',
    method: 'PUT',
    path: `/Users/${encodeURIComponent(id)}`,
    body: replaceUserBody(read, person, manager, wanted),
    expect: isMisspelt(person) ? [200, 400] : [200],
  });
  if (!isMisspelt(person)) demandActive(reader, body, wanted, `PUT /Users/${id}`);
  return read;
}

export async function setActive(
  reader: Reader,
  flavour: OktaFlavour,
  id: string,
  assignment: Pick<Assignment, 'person' | 'manager'>,
  active: boolean,
): Promise<void> {
  if (flavour === 'custom') {
    await pushProfile(reader, id, assignment, active);
    return;
  }
  const { status, body } = await reader.send({
    kind: active ? 'reactivate user' : 'deactivate user',
    method: 'PATCH',
    path: `/Users/${encodeURIComponent(id)}`,
    body: activePatchBody(active),
    expect: [200, 204],
  });
  if (status === 200) demandActive(reader, body, active, `PATCH /Users/${id}`);
}

async function linkUser(
  reader: Reader,
  flavour: OktaFlavour,
  assignment: Assignment,
  id: string,
): Promise<UserLink> {
  const read = await pushProfile(reader, id, assignment, flavour === 'custom' ? true : undefined);
  if (flavour === 'catalogue' && read['active'] !== true) {
    await setActive(reader, flavour, id, assignment, true);
  }
  return { id, externalId: textIn(read, 'externalId') ?? assignment.person.key };
}
