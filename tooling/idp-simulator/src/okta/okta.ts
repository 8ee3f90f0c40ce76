import { type Change, groupOf, personOf } from '../directory/changes.ts';
import { type Directory, type Group, type Person, livingGroups } from '../directory/directory.ts';
import type { Day } from '../directory/plan-calendar.ts';
import { inParallel } from '../http/in-parallel.ts';
import { textIn } from '../http/json.ts';
import type { Reader } from '../http/list-response.ts';
import { NoAnswerError, UnexpectedAnswerError } from '../http/scim-client.ts';
import { type IdentityProvider, noLinks } from '../identity-provider.ts';
import type { Member } from './group-bodies.ts';
import { type GroupWork, groupWorkOf } from './group-work.ts';
import { type OktaFlavour, importGroups, importUsers, testOktaConnection } from './okta-requests.ts';
import { deleteGroup, provisionGroup, pushGroupChange, pushGroupNow } from './push-group.ts';
import { provisionUser, pushProfile, setActive } from './push-user.ts';

/**
 * Okta as a SCIM client. It acts on each event as it comes and keeps no copy of the far side; a task that fails
 * waits for a human, so that whatever it should have done shows in the read-back.
 */
export function createOkta(reader: Reader, flavour: OktaFlavour, connections: number): IdentityProvider {
  const links = noLinks();
  const importedIds = new Map<string, string>();
  let before: Directory = { people: new Map(), groups: new Map() };

  return {
    name: flavour === 'catalogue' ? 'Okta, catalogue app (PATCH)' : 'Okta, custom app (PUT)',
    links,
    testConnection: () => testOktaConnection(reader),
    async firstSync(directory) {
      for (const user of await importUsers(reader)) {
        const [externalId, id] = [textIn(user, 'externalId'), textIn(user, 'id')];
        if (externalId && id) importedIds.set(externalId, id);
      }
      await inParallel(directory.people.values(), connections, (person) => assign(directory, person));
      await inParallel(livingGroups(directory), connections, (group) => pushFirst(directory, group));
      before = directory;
    },
    async playDay(day) {
      const linkedBefore = new Set(links.people.keys());
      await inParallel(peopleOf(day), connections, (person) => pushPerson(day, person));
      const arrived = [...links.people.keys()].filter(
        (key) => !linkedBefore.has(key) || returnedOn(day, key),
      );
      const works = groupWorkOf(day.changes, before, day.directory, arrived);
      await inParallel(works, connections, (work) => pushWork(day.directory, work));
      await checkImport();
      before = day.directory;
    },
    settle: () => Promise.resolve(),
  };

  async function assign(directory: Directory, person: Person): Promise<void> {
    await task(async () => {
      const manager = managerOf(directory, person);
      const imported = importedIds.get(person.key);
      const link = await provisionUser(reader, flavour, { person, manager, imported });
      if (link) links.people.set(person.key, link);
    });
  }

  async function pushPerson(day: Day, person: Person): Promise<void> {
    const link = links.people.get(person.key);
    const kinds = new Set(day.changes.filter((change) => concerns(change, person)).map(({ kind }) => kind));
    if (link === undefined || kinds.has('return')) {
      await assign(day.directory, person);
      return;
    }
    const assignment = { person, manager: managerOf(day.directory, person) };
    await task(async () => {
      if (kinds.has('update')) await pushProfile(reader, link.id, assignment);
      if (kinds.has('leave')) await setActive(reader, flavour, link.id, assignment, false);
    });
  }

  async function pushFirst(directory: Directory, group: Group): Promise<void> {
    await task(async () => {
      const members = membersOf(directory, [...group.members]);
      links.groups.set(group.key, await provisionGroup(reader, flavour, group, members));
    });
  }

  async function pushWork(directory: Directory, work: GroupWork): Promise<void> {
    const group = groupOf(directory, work.groupKey);
    if (work.formed) {
      await pushFirst(directory, group);
      return;
    }
    const id = links.groups.get(group.key);
    if (id === undefined) return;
    await task(async () => {
      if (work.deleted) {
        await deleteGroup(reader, id);
        links.groups.delete(group.key);
        links.deletedGroups.add(id);
        return;
      }
      const added = membersOf(
        directory,
        [...work.added].filter((key) => group.members.has(key)),
      );
      const removed = membersOf(
        directory,
        [...work.removed].filter((key) => !group.members.has(key)),
      );
      if (work.renamed || added.length > 0 || removed.length > 0) {
        const change = { id, name: group.name, added, removed: removed.map((member) => member.id) };
        await pushGroupChange(reader, flavour, change);
      }
      if (work.pushNow) {
        await pushGroupNow(reader, flavour, id, group.name, membersOf(directory, [...group.members]));
      }
    });
  }

  /** Only people who are assigned to the application can be pushed as members. */
  function membersOf(directory: Directory, personKeys: readonly string[]): Member[] {
    return personKeys.flatMap((key) => {
      const link = links.people.get(key);
      return link ? [{ id: link.id, display: personOf(directory, key).userName }] : [];
    });
  }

  /** An import that misses people makes Okta unassign them. */
  async function checkImport(): Promise<void> {
    await task(async () => {
      const users = new Set((await importUsers(reader)).map((user) => user['id']));
      const groups = new Set((await importGroups(reader)).map((group) => group['id']));
      const missed =
        [...links.people.values()].filter(({ id }) => !users.has(id)).length +
        [...links.groups.values()].filter((id) => !groups.has(id)).length;
      if (missed === 0) return;
      reader.journal.surprise({
        why: `the import misses ${missed} users and groups that were provisioned`,
        request: 'GET /Users and /Groups in pages of 100',
        answer: '200 on every page',
      });
    });
  }
}

/** A task that met an unexpected answer fails alone; the journal has it already. */
async function task(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof UnexpectedAnswerError) && !(failure instanceof NoAnswerError)) throw failure;
  }
}

function peopleOf(day: Day): Person[] {
  // Okta sends nothing for a suspension, nor for the deletion of someone who is deactivated already.
  const silent = new Set<Change['kind']>(['suspend', 'reinstate', 'purge', 'join', 'quit']);
  const keys = day.changes.flatMap((change) => {
    if (silent.has(change.kind)) return [];
    if ('person' in change) return [change.person.key];
    return 'personKey' in change ? [change.personKey] : [];
  });
  return [...new Set(keys)].map((key) => personOf(day.directory, key));
}

function concerns(change: Change, person: Person): boolean {
  return 'personKey' in change && change.personKey === person.key;
}

function returnedOn(day: Day, personKey: string): boolean {
  return day.changes.some((change) => change.kind === 'return' && change.personKey === personKey);
}

function managerOf(directory: Directory, person: Person): Person | undefined {
  return person.managerKey === undefined ? undefined : directory.people.get(person.managerKey);
}
