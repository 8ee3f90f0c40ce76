import { type Group, livingGroups } from '../directory/directory.ts';
import { type JsonObject, objectsIn, textIn } from '../http/json.ts';
import type { Comparison } from './compare-users.ts';

/** One readable line for each way in which the groups read back differ from the directory's. */
export function compareGroups(comparison: Comparison, groups: readonly JsonObject[]): string[] {
  const byId = new Map(groups.map((group) => [textIn(group, 'id'), group]));
  return [
    ...livingGroups(comparison.directory).flatMap((group) => {
      const id = comparison.links.groups.get(group.key);
      if (id === undefined) return [`group "${group.name}": was never provisioned`];
      const read = byId.get(id);
      return read === undefined
        ? [`group "${group.name}": group ${id} is missing`]
        : groupDifferences(comparison, group, read);
    }),
    ...strangers(comparison, groups),
  ];
}

export function groupDifferences(comparison: Comparison, group: Group, read: JsonObject): string[] {
  const what = `group "${group.name}"`;
  const lines: string[] = [];
  if (read['displayName'] !== group.name) {
    lines.push(`${what}: displayName is ${JSON.stringify(read['displayName'])}`);
  }
  if (comparison.kind === 'entra' && read['externalId'] !== group.key) {
    lines.push(`${what}: externalId is ${JSON.stringify(read['externalId'])}, expected "${group.key}"`);
  }
  return [...lines, ...memberDifferences(comparison, group, read, what)];
}

function memberDifferences(
  { directory, links }: Comparison,
  group: Group,
  read: JsonObject,
  what: string,
): string[] {
  const nameOf = new Map(
    [...links.people].map(([key, { id }]) => [id, directory.people.get(key)?.userName ?? id]),
  );
  const expected = new Set([...group.members].flatMap((key) => links.people.get(key)?.id ?? []));
  const listed = objectsIn(read['members']).map((member) => String(member['value']));
  const missing = expected.difference(new Set(listed));
  const extra = new Set(listed).difference(expected);
  const lines = [
    ...[...missing].map((id) => `${what}: lacks member ${nameOf.get(id) ?? id}`),
    ...[...extra].map((id) => `${what}: has member ${nameOf.get(id) ?? id}, expected not`),
  ];
  if (new Set(listed).size !== listed.length) lines.push(`${what}: names a member twice`);
  return lines;
}

function strangers({ links, tag }: Comparison, groups: readonly JsonObject[]): string[] {
  const ids = new Set(links.groups.values());
  return groups
    .filter((group) => textIn(group, 'displayName')?.endsWith(` ${tag}`))
    .filter((group) => !ids.has(textIn(group, 'id') ?? ''))
    .map(
      (group) =>
        `unknown group "${String(group['displayName'])}": group ${String(group['id'])} is not of this directory`,
    );
}
