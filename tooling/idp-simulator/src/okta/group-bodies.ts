import { type JsonObject, objectsIn } from '../http/json.ts';
import { groupSchema, patchSchema } from '../schema-urns.ts';

export interface Member {
  readonly id: string;
  readonly display: string;
}

/** What changed in a group since Okta last pushed it. */
export interface GroupPush {
  readonly id: string;
  readonly name: string;
  readonly added: readonly Member[];
  readonly removed: readonly string[];
}

export function createGroupBody(name: string): JsonObject {
  return { schemas: [groupSchema], displayName: name, members: [] };
}

/** The name operation comes with every change of members, whether or not the name changed. */
export function groupPatchBody({ id, name, added, removed }: GroupPush): JsonObject {
  return {
    schemas: [patchSchema],
    Operations: [
      { op: 'replace', value: { id, displayName: name } },
      ...removed.map((member) => ({ op: 'remove', path: `members[value eq "${member}"]` })),
      ...(added.length > 0 ? [{ op: 'add', path: 'members', value: added.map(memberValue) }] : []),
    ],
  };
}

/** "Push now": exactly these members afterwards; some tenants send the list without a path. */
export function pushNowBody(members: readonly Member[], pathless: boolean): JsonObject {
  const value = members.map(memberValue);
  const operation = pathless
    ? { op: 'replace', value: { members: value } }
    : { op: 'replace', path: 'members', value };
  return { schemas: [patchSchema], Operations: [operation] };
}

/** The custom app's PUT: the members that the GET returned, changed by what Okta pushes now. */
export function replaceGroupBody(read: JsonObject, { id, name, added, removed }: GroupPush): JsonObject {
  const left = new Set([...removed, ...added.map((member) => member.id)]);
  const kept = objectsIn(read['members'])
    .filter((member) => typeof member['value'] !== 'string' || !left.has(member['value']))
    .map(({ value, display }) => (display === undefined ? { value } : { value, display }));
  return {
    schemas: [groupSchema],
    id,
    displayName: name,
    members: [...kept, ...added.map(memberValue)],
  };
}

function memberValue(member: Member): JsonObject {
  return { value: member.id, display: member.display };
}
