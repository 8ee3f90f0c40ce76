import { type Directory, type Group, type Person, livingGroups } from '../directory/directory.ts';
import { seededRandom } from '../directory/random.ts';
import { inParallel } from '../http/in-parallel.ts';
import type { Reader } from '../http/list-response.ts';
import { NoAnswerError, UnexpectedAnswerError } from '../http/scim-client.ts';
import { type IdentityProvider, noLinks } from '../identity-provider.ts';
import { probe } from './entra-requests.ts';
import type { EntraDialect } from './patch-dialects.ts';
import { changeMembers, deleteGroup, provisionGroup, updateGroup } from './push-group.ts';
import { deleteUser, provisionUser, updateManager, updateUser } from './push-user.ts';

/**
 * Entra ID as a SCIM client. Each cycle compares the directory with what earlier cycles wrote successfully;
 * what failed is simply still different, and so is tried again in the next one.
 */
export function createEntra(reader: Reader, dialect: EntraDialect, connections: number): IdentityProvider {
  const links = noLinks();
  const guids = seededRandom('probe', dialect);
  const synced = { people: new Map<string, Person>(), groups: new Map<string, Group>() };
  const managers = new Map<string, string>();
  const members = new Map<string, Set<string>>();

  return {
    name: dialect === 'legacy' ? 'Entra ID' : 'Entra ID with aadOptscim062020',
    links,
    testConnection: () => probe(reader, newGuid()),
    firstSync: cycle,
    playDay: (day) => cycle(day.directory),
    async settle(directory) {
      for (let retry = 0; retry < 2 && isBehind(directory); retry += 1) await cycle(directory);
    },
  };

  async function cycle(directory: Directory): Promise<void> {
    await probe(reader, newGuid());
    const people = [...directory.people.values()];
    await inParallel(people.filter(personIsBehind), connections, (person) =>
      attempt(() => pushPerson(person)),
    );
    await inParallel(people.filter(managerIsBehind), connections, (person) =>
      attempt(() => pushManager(person)),
    );
    const groups = [...directory.groups.values()];
    await inParallel(groups.filter(groupIsBehind), connections, (group) => attempt(() => pushGroup(group)));
    await inParallel(livingGroups(directory), connections, (group) => attempt(() => pushMembers(group)));
  }

  function isBehind(directory: Directory): boolean {
    const people = [...directory.people.values()];
    const groups = [...directory.groups.values()];
    return (
      people.some(personIsBehind) ||
      people.some(managerIsBehind) ||
      groups.some(groupIsBehind) ||
      groups.some((group) => !group.removed && membersBehind(group).some((ids) => ids.length > 0))
    );
  }

  function personIsBehind(person: Person): boolean {
    const linked = links.people.has(person.key);
    if (person.standing === 'purged') return linked;
    // People who were never provisioned and are out of scope now stay unknown to the far side.
    return linked ? synced.people.get(person.key) !== person : person.standing === 'working';
  }

  async function pushPerson(person: Person): Promise<void> {
    const link = links.people.get(person.key);
    if (person.standing === 'purged') {
      if (link) await deleteUser(reader, link.id);
      if (link) links.deletedUsers.add(link.id);
      links.people.delete(person.key);
      managers.delete(person.key);
      return;
    }
    if (link) {
      if (await updateUser(reader, dialect, link.id, person)) synced.people.set(person.key, person);
      return;
    }
    const id = await provisionUser(reader, dialect, person);
    if (id === undefined) return;
    links.people.set(person.key, { id, externalId: person.key });
    // The server may bring back the very user that was deleted before.
    links.deletedUsers.delete(id);
    synced.people.set(person.key, person);
  }

  function managerIsBehind(person: Person): boolean {
    return links.people.has(person.key) && managers.get(person.key) !== managerIdOf(person);
  }

  function managerIdOf(person: Person): string | undefined {
    return person.managerKey === undefined ? undefined : links.people.get(person.managerKey)?.id;
  }

  async function pushManager(person: Person): Promise<void> {
    const link = links.people.get(person.key);
    if (link === undefined) return;
    const managerId = managerIdOf(person);
    await updateManager(reader, dialect, link.id, managerId);
    if (managerId === undefined) managers.delete(person.key);
    else managers.set(person.key, managerId);
  }

  function groupIsBehind(group: Group): boolean {
    if (group.removed) return links.groups.has(group.key);
    return synced.groups.get(group.key)?.name !== group.name;
  }

  async function pushGroup(group: Group): Promise<void> {
    const id = links.groups.get(group.key);
    if (group.removed) {
      if (id !== undefined) await deleteGroup(reader, id);
      if (id !== undefined) links.deletedGroups.add(id);
      links.groups.delete(group.key);
      return;
    }
    if (id === undefined) links.groups.set(group.key, await provisionGroup(reader, dialect, group));
    else await updateGroup(reader, dialect, id, group);
    synced.groups.set(group.key, group);
  }

  /** Person keys to add and to remove; references to people who are not provisioned wait. */
  function membersBehind(group: Group): [added: string[], removed: string[]] {
    const wanted = new Set([...group.members].filter((key) => links.people.has(key)));
    const there = members.get(group.key) ?? new Set<string>();
    // Whoever was deleted left every group on the far side by that.
    const removed = [...there.difference(wanted)].filter((key) => links.people.has(key));
    return [[...wanted.difference(there)], removed];
  }

  async function pushMembers(group: Group): Promise<void> {
    const id = links.groups.get(group.key);
    const [added, removed] = membersBehind(group);
    if (id === undefined || added.length + removed.length === 0) return;
    await changeMembers(reader, dialect, id, idsOf(added), idsOf(removed));
    const there = members.get(group.key) ?? new Set<string>();
    members.set(group.key, there.difference(new Set(removed)).union(new Set(added)));
  }

  function idsOf(personKeys: readonly string[]): string[] {
    return personKeys.flatMap((key) => links.people.get(key)?.id ?? []);
  }

  function newGuid(): string {
    return `${guids.text('0123456789abcdef', 8)}-9f1c-4c1e-8a51-${guids.text('0123456789abcdef', 12)}`;
  }
}

/** A failed object waits for the next cycle; the journal has the answer already. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof UnexpectedAnswerError) && !(failure instanceof NoAnswerError)) throw failure;
  }
}
