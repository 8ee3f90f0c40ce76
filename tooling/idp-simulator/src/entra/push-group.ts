import type { Group } from '../directory/directory.ts';
import type { Reader } from '../http/list-response.ts';
import { createGroupBody, idOf, matchGroup, readResource } from './entra-requests.ts';
import { type EntraDialect, addMembersBody, removeMembersBody, renameGroupBody } from './patch-dialects.ts';

const membersPerPatch = 100;

/** Matches or creates; members never come in the POST. */
export async function provisionGroup(reader: Reader, dialect: EntraDialect, group: Group): Promise<string> {
  const matched = await matchGroup(reader, group);
  if (matched !== undefined) {
    await updateGroup(reader, dialect, matched, group);
    return matched;
  }
  const { body } = await reader.send({
    kind: 'create group',
    method: 'POST',
    path: '/Groups',
    body: createGroupBody(group),
    expect: [201],
  });
  return idOf(body ?? {});
}

export async function updateGroup(
  reader: Reader,
  dialect: EntraDialect,
  id: string,
  group: Group,
): Promise<void> {
  const read = await readResource(reader, 'read group', `${pathOf(id)}?excludedAttributes=members`);
  if ('members' in read) {
    reader.journal.surprise({
      why: 'members were answered although excluded',
      request: `GET ${pathOf(id)}?excludedAttributes=members`,
      answer: JSON.stringify(read).slice(0, 500),
    });
  }
  const wanted = { displayName: group.name, externalId: group.key };
  const changes = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => read[name] !== value));
  if (Object.keys(changes).length === 0) return;
  await patchGroup(reader, 'patch group', id, renameGroupBody(dialect, changes));
}

export async function changeMembers(
  reader: Reader,
  dialect: EntraDialect,
  id: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<void> {
  for (const some of inPieces(removed)) {
    await patchGroup(reader, 'remove members', id, removeMembersBody(dialect, some));
  }
  for (const some of inPieces(added)) {
    await patchGroup(reader, 'add members', id, addMembersBody(dialect, some));
  }
}

export async function deleteGroup(reader: Reader, id: string): Promise<void> {
  await reader.send({ kind: 'delete group', method: 'DELETE', path: pathOf(id), expect: [204] });
}

async function patchGroup(
  reader: Reader,
  kind: string,
  id: string,
  body: ReturnType<typeof addMembersBody>,
): Promise<void> {
  await reader.send({ kind, method: 'PATCH', path: pathOf(id), body, expect: [200, 204] });
}

function pathOf(id: string): string {
  return `/Groups/${encodeURIComponent(id)}`;
}

function inPieces(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / membersPerPatch) }, (_, piece) =>
    ids.slice(piece * membersPerPatch, (piece + 1) * membersPerPatch),
  );
}
