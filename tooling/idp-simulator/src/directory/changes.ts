import type { Directory, Group, Person, Standing } from './directory.ts';

export type ProfileUpdate = Partial<
  Pick<
    Person,
    | 'userName'
    | 'email'
    | 'familyName'
    | 'department'
    | 'title'
    | 'mobile'
    | 'city'
    | 'country'
    | 'managerKey'
    | 'licenseType'
  >
>;

export type Change =
  | { readonly kind: 'hire'; readonly person: Person; readonly groupKeys: readonly string[] }
  | {
      readonly kind: 'rehire';
      readonly formerKey: string;
      readonly person: Person;
      readonly groupKeys: readonly string[];
    }
  | { readonly kind: 'update'; readonly personKey: string; readonly set: ProfileUpdate }
  | { readonly kind: 'suspend' | 'reinstate' | 'leave' | 'return' | 'purge'; readonly personKey: string }
  | { readonly kind: 'join' | 'quit'; readonly personKey: string; readonly groupKey: string }
  | { readonly kind: 'form-group'; readonly group: Group }
  | { readonly kind: 'rename-group' | 'remove-group' | 'push-now'; readonly groupKey: string };

/** The directory after the change; the one before it stays as it was. */
export function applyChange(directory: Directory, change: Change): Directory {
  switch (change.kind) {
    case 'hire':
      return joinGroups(withPerson(directory, change.person), change.person.key, change.groupKeys);
    case 'rehire': {
      const former = personOf(directory, change.formerKey);
      const remembered = withPerson(directory, { ...former, rehiredAs: change.person.key });
      return joinGroups(withPerson(remembered, change.person), change.person.key, change.groupKeys);
    }
    case 'update':
      return withPerson(directory, { ...personOf(directory, change.personKey), ...change.set });
    case 'suspend':
      return withStanding(directory, change.personKey, 'suspended');
    case 'reinstate':
    case 'return':
      return withStanding(directory, change.personKey, 'working');
    case 'leave':
      return withStanding(directory, change.personKey, 'left');
    case 'purge':
      return quitEveryGroup(withStanding(directory, change.personKey, 'purged'), change.personKey);
    case 'join':
      return joinGroups(directory, change.personKey, [change.groupKey]);
    case 'quit':
      return withGroup(directory, without(groupOf(directory, change.groupKey), [change.personKey]));
    case 'form-group':
      return withGroup(directory, change.group);
    case 'rename-group': {
      const group = groupOf(directory, change.groupKey);
      return withGroup(directory, { ...group, name: group.otherName, otherName: group.name });
    }
    case 'remove-group':
      return withGroup(directory, { ...groupOf(directory, change.groupKey), removed: true });
    case 'push-now': {
      // Okta pushes only members who are assigned to the application, so an exact push drops those who left.
      const group = groupOf(directory, change.groupKey);
      return withGroup(directory, without(group, leaversOf(directory, group)));
    }
    default:
      return change satisfies never;
  }
}

export function personOf(directory: Directory, key: string): Person {
  const person = directory.people.get(key);
  if (person === undefined) throw new Error(`the directory has no person ${key}`);
  return person;
}

export function groupOf(directory: Directory, key: string): Group {
  const group = directory.groups.get(key);
  if (group === undefined) throw new Error(`the directory has no group ${key}`);
  return group;
}

function withPerson(directory: Directory, person: Person): Directory {
  return { ...directory, people: new Map(directory.people).set(person.key, person) };
}

function withGroup(directory: Directory, group: Group): Directory {
  return { ...directory, groups: new Map(directory.groups).set(group.key, group) };
}

function withStanding(directory: Directory, personKey: string, standing: Standing): Directory {
  return withPerson(directory, { ...personOf(directory, personKey), standing });
}

function joinGroups(directory: Directory, personKey: string, groupKeys: readonly string[]): Directory {
  return groupKeys.reduce((joined, groupKey) => {
    const group = groupOf(joined, groupKey);
    return withGroup(joined, { ...group, members: new Set(group.members).add(personKey) });
  }, directory);
}

function quitEveryGroup(directory: Directory, personKey: string): Directory {
  const groups = new Map(
    [...directory.groups].map(([key, group]) => [
      key,
      group.members.has(personKey) ? without(group, [personKey]) : group,
    ]),
  );
  return { ...directory, groups };
}

function without(group: Group, personKeys: readonly string[]): Group {
  return { ...group, members: new Set(group.members).difference(new Set(personKeys)) };
}

function leaversOf(directory: Directory, group: Group): string[] {
  return [...group.members].filter((key) => personOf(directory, key).standing === 'left');
}
