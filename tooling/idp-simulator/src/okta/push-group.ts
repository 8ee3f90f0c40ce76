import type { Group } from '../directory/directory.ts';
import type { Reader } from '../http/list-response.ts';
import {
  type GroupPush,
  type Member,
  createGroupBody,
  groupPatchBody,
  pushNowBody,
  replaceGroupBody,
} from './group-bodies.ts';
import { type OktaFlavour, findGroup, idOf, readGroup } from './okta-requests.ts';

/** No limit is documented; a request with more members than this has not been seen. */
const membersPerPatch = 100;

/** The first push of a group. A group that is there already is linked, then pushed exactly. */
export async function provisionGroup(
  reader: Reader,
  flavour: OktaFlavour,
  group: Group,
  members: readonly Member[],
): Promise<string> {
  // The administrator links a group that an earlier run left under its other name.
  const found = (await findGroup(reader, group.name)) ?? (await findGroup(reader, group.otherName));
  if (found) {
    const id = idOf(found);
    await pushGroupChange(reader, flavour, { id, name: group.name, added: [], removed: [] });
    await pushGroupNow(reader, flavour, id, group.name, members);
    return id;
  }
  const { body } = await reader.send({
    kind: 'create group',
    method: 'POST',
    path: '/Groups',
    body: createGroupBody(group.name),
    expect: [201],
  });
  const id = idOf(body ?? {});
  await pushGroupChange(reader, flavour, { id, name: group.name, added: members, removed: [] });
  return id;
}

/** A rename, a change of members, or both. */
export async function pushGroupChange(reader: Reader, flavour: OktaFlavour, push: GroupPush): Promise<void> {
  if (flavour === 'custom') {
    await putGroup(reader, replaceGroupBody(await readGroup(reader, push.id), push));
    return;
  }
  const pieces = Math.max(1, Math.ceil(push.added.length / membersPerPatch));
  for (let piece = 0; piece < pieces; piece += 1) {
    await reader.send({
      kind: 'patch group',
      method: 'PATCH',
      path: `/Groups/${encodeURIComponent(push.id)}`,
      body: groupPatchBody({
        ...push,
        added: push.added.slice(piece * membersPerPatch, (piece + 1) * membersPerPatch),
        removed: piece === 0 ? push.removed : [],
      }),
      expect: [200, 204],
    });
  }
}

/** Exactly these members afterwards, whoever was in the group before. */
export async function pushGroupNow(
  reader: Reader,
  flavour: OktaFlavour,
  id: string,
  name: string,
  members: readonly Member[],
): Promise<void> {
  if (flavour === 'custom') {
    await putGroup(reader, replaceGroupBody({}, { id, name, added: members, removed: [] }));
    return;
  }
  await reader.send({
    kind: 'push group now',
    method: 'PATCH',
    path: `/Groups/${encodeURIComponent(id)}`,
    body: pushNowBody(members, members.length % 2 === 1),
    expect: [200, 204],
  });
}

export async function deleteGroup(reader: Reader, id: string): Promise<void> {
  await reader.send({
    kind: 'delete group',
    method: 'DELETE',
    path: `/Groups/${encodeURIComponent(id)}`,
    expect: [204],
  });
}

async function putGroup(reader: Reader, body: ReturnType<typeof replaceGroupBody>): Promise<void> {
  await reader.send({
    kind: 'replace group',
    method: 'PUT',
    path: `/Groups/${encodeURIComponent(String(body['id']))}`,
    body,
    expect: [200],
  });
}
