import type { Change } from '../directory/changes.ts';
import { type Directory, groupsOf } from '../directory/directory.ts';

/** What one day asks of one group; its requests go out one after the other. */
export interface GroupWork {
  readonly groupKey: string;
  readonly added: Set<string>;
  readonly removed: Set<string>;
  formed: boolean;
  renamed: boolean;
  pushNow: boolean;
  deleted: boolean;
}

/** `arrived` are people who were provisioned or reactivated today: Okta pushes all their memberships (again). */
export function groupWorkOf(
  changes: readonly Change[],
  before: Directory,
  after: Directory,
  arrived: readonly string[],
): GroupWork[] {
  const works = new Map<string, GroupWork>();
  for (const change of changes) note(works, change, before);
  for (const personKey of arrived) {
    for (const { key } of groupsOf(after, personKey)) workOn(works, key).added.add(personKey);
  }
  return [...works.values()];
}

function note(works: Map<string, GroupWork>, change: Change, before: Directory): void {
  switch (change.kind) {
    case 'join':
      workOn(works, change.groupKey).added.add(change.personKey);
      return;
    case 'quit':
      workOn(works, change.groupKey).removed.add(change.personKey);
      return;
    case 'purge':
      for (const { key } of groupsOf(before, change.personKey)) {
        workOn(works, key).removed.add(change.personKey);
      }
      return;
    case 'form-group':
      workOn(works, change.group.key).formed = true;
      return;
    case 'rename-group':
      workOn(works, change.groupKey).renamed = true;
      return;
    case 'remove-group':
      workOn(works, change.groupKey).deleted = true;
      return;
    case 'push-now':
      workOn(works, change.groupKey).pushNow = true;
      return;
    case 'hire':
    case 'rehire':
    case 'update':
    case 'suspend':
    case 'reinstate':
    case 'leave':
    case 'return':
      return;
    default:
      change satisfies never;
  }
}

function workOn(works: Map<string, GroupWork>, groupKey: string): GroupWork {
  const known = works.get(groupKey);
  if (known) return known;
  const work: GroupWork = {
    groupKey,
    added: new Set(),
    removed: new Set(),
    formed: false,
    renamed: false,
    pushNow: false,
    deleted: false,
  };
  works.set(groupKey, work);
  return work;
}
