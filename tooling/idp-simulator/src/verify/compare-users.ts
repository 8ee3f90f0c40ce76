import { type Directory, type Person, groupsOf } from '../directory/directory.ts';
import { type JsonObject, objectsIn, textIn } from '../http/json.ts';
import { valueAt } from '../http/resource-path.ts';
import type { Links } from '../identity-provider.ts';
import { expectedUser } from './expected-user.ts';

export interface Comparison {
  readonly kind: 'okta' | 'entra';
  readonly tag: string;
  readonly directory: Directory;
  readonly links: Links;
}

/** One readable line for each way in which the users read back differ from the directory's people. */
export function compareUsers(comparison: Comparison, users: readonly JsonObject[]): string[] {
  const byId = new Map(users.map((user) => [textIn(user, 'id'), user]));
  const expectedIds = new Set([...comparison.links.people.values()].map((link) => link.id));
  const people = [...comparison.directory.people.values()].filter((person) => isExpected(comparison, person));
  return [
    ...people.flatMap((person) => personDifferences(comparison, byId, person)),
    ...strangers(comparison, users, expectedIds),
  ];
}

export function userDifferences(comparison: Comparison, person: Person, user: JsonObject): string[] {
  const expected = expectedUser(comparison.kind, person, comparison.directory, comparison.links);
  const who = `person ${person.userName}`;
  const lines = Object.entries(expected)
    .filter(([path, value]) => valueAt(user, path) !== value)
    .map(([path, value]) => `${who}: ${path} is ${shown(valueAt(user, path))}, expected ${shown(value)}`);
  const emails = objectsIn(user['emails']);
  if (emails.length !== 1) lines.push(`${who}: has ${emails.length} e-mail addresses, expected 1`);
  if ('password' in user) lines.push(`${who}: the answer holds a password`);
  if ('groups' in user) lines.push(...groupListDifferences(comparison, person, user, who));
  return lines;
}

/** Okta people who were hired again under a new id are the same user on the far side. */
function isExpected({ kind }: Comparison, person: Person): boolean {
  if (person.standing === 'purged') return kind === 'okta' && person.rehiredAs === undefined;
  return true;
}

function personDifferences(
  comparison: Comparison,
  byId: ReadonlyMap<string | undefined, JsonObject>,
  person: Person,
): string[] {
  const link = comparison.links.people.get(person.key);
  if (link === undefined) {
    return neverInScope(person) ? [] : [`person ${person.userName}: was never provisioned`];
  }
  const user = byId.get(link.id);
  return user === undefined
    ? [`person ${person.userName}: user ${link.id} is missing`]
    : userDifferences(comparison, person, user);
}

/** Who was hired and left between two cycles is nobody's business. */
function neverInScope(person: Person): boolean {
  return person.standing !== 'working';
}

/** RFC 7643 4.1.2: `groups` follows the memberships; groups of others and inherited ones are not judged. */
function groupListDifferences(
  { directory, links, tag }: Comparison,
  person: Person,
  user: JsonObject,
  who: string,
): string[] {
  const expected = new Set(groupsOf(directory, person.key).flatMap(({ key }) => links.groups.get(key) ?? []));
  const ours = new Set(links.groups.values());
  const listed = objectsIn(user['groups'])
    .filter((group) => isOurs(group, ours, tag))
    .map((group) => String(group['value']));
  const lines: string[] = [];
  const missing = expected.difference(new Set(listed));
  const extra = new Set(listed).difference(expected);
  if (missing.size > 0) lines.push(`${who}: groups lacks ${[...missing].join(', ')}`);
  if (extra.size > 0) lines.push(`${who}: groups has ${[...extra].join(', ')}, expected not`);
  if (new Set(listed).size !== listed.length) lines.push(`${who}: groups names a group twice`);
  return lines;
}

function isOurs(group: JsonObject, ids: ReadonlySet<string>, tag: string): boolean {
  const display = textIn(group, 'display') ?? '';
  return ids.has(String(group['value'])) || display.endsWith(` ${tag}`);
}

function strangers(
  { tag }: Comparison,
  users: readonly JsonObject[],
  expectedIds: ReadonlySet<string>,
): string[] {
  return users
    .filter((user) => textIn(user, 'userName')?.toLowerCase().includes(`.${tag}@`))
    .filter((user) => !expectedIds.has(textIn(user, 'id') ?? ''))
    .map(
      (user) =>
        `unknown person ${String(user['userName'])}: user ${String(user['id'])} is not of this directory`,
    );
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
