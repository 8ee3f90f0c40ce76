import { type Directory, type Person, type Standing, livingGroups } from '../directory/directory.ts';

/** A person as the page where people sign in knows them. */
export interface DirectoryPerson {
  readonly id: string;
  readonly userName: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly state: 'active' | 'suspended' | 'deactivated';
  readonly groups: readonly string[];
}

/** Everybody whom the directory still has, with the groups that their tokens name. */
export function directoryPeople(directory: Directory): DirectoryPerson[] {
  const groups = groupNames(directory);
  return [...directory.people.values()].flatMap((person) => {
    const state = signInState(person.standing);
    return state === undefined ? [] : [described(person, state, groups.get(person.key) ?? [])];
  });
}

function groupNames(directory: Directory): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, members } of livingGroups(directory)) {
    for (const key of members) {
      const ofMember = names.get(key);
      if (ofMember === undefined) names.set(key, [name]);
      else ofMember.push(name);
    }
  }
  return names;
}

function signInState(standing: Standing): DirectoryPerson['state'] | undefined {
  switch (standing) {
    case 'working':
      return 'active';
    case 'suspended':
      return 'suspended';
    case 'left':
      return 'deactivated';
    case 'purged':
      return undefined;
    default:
      return standing satisfies never;
  }
}

function described(
  { key, userName, email, givenName, familyName }: Person,
  state: DirectoryPerson['state'],
  groups: readonly string[],
): DirectoryPerson {
  return { id: key, userName, email, givenName, familyName, state, groups };
}
