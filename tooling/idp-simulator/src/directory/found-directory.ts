import type { Directory, DirectorySettings, Group, Person } from './directory.ts';
import { newObjectKey, newPerson } from './new-person.ts';
import { type Random, seededRandom } from './random.ts';
import { groupAreas, groupTeams } from './vocabulary.ts';

/** The directory on the day that provisioning is switched on. */
export function foundDirectory(settings: DirectorySettings): Directory {
  const random = seededRandom(settings.tag, 'founding');
  const people = foundPeople(settings, random);
  const groups = foundGroups(settings, random, people);
  return {
    people: new Map(people.map((person) => [person.key, person])),
    groups: new Map(groups.map((group) => [group.key, group])),
  };
}

export function newGroup(
  settings: DirectorySettings,
  random: Random,
  name: string,
  members: readonly string[],
): Group {
  return {
    key: newObjectKey(settings, random),
    name: `${name} ${settings.tag}`,
    otherName: `${name} Guild ${settings.tag}`,
    members: new Set(members),
    removed: false,
  };
}

function foundPeople(settings: DirectorySettings, random: Random): Person[] {
  const people: Person[] = [];
  for (let serial = 1; serial <= settings.people; serial += 1) {
    // Managers come from the first eighth, so that nobody manages their own manager.
    const manager = people[random.below(Math.ceil(people.length / 8))];
    const person = newPerson(settings, random, serial, random.chance(0.8) ? manager?.key : undefined);
    people.push(settings.days > 0 && isSlip(serial) ? misspelt(person) : person);
  }
  return people;
}

function foundGroups(settings: DirectorySettings, random: Random, people: readonly Person[]): Group[] {
  const keys = people.map((person) => person.key);
  return Array.from({ length: settings.groups }, (_, index) => {
    if (index === 0) return newGroup(settings, random, 'All Staff', keys);
    const nobody = index === settings.groups - 1 && index > 1;
    const size = nobody ? 0 : 1 + random.below(Math.max(1, Math.ceil((keys.length * 3) / settings.groups)));
    return newGroup(settings, random, groupName(index), random.some(keys, size));
  });
}

function groupName(index: number): string {
  const area = groupAreas[index % groupAreas.length] ?? groupAreas[0];
  const team = groupTeams[Math.floor(index / groupAreas.length) % groupTeams.length] ?? groupTeams[0];
  const round = Math.floor(index / (groupAreas.length * groupTeams.length));
  return round === 0 ? `${area} ${team}` : `${area} ${team} ${round + 1}`;
}

function isSlip(serial: number): boolean {
  return serial === 3 || serial % 211 === 0;
}

function misspelt(person: Person): Person {
  return { ...person, userName: person.userName.split('@')[0] ?? person.userName };
}
