import type { PermissionSet } from '@rollcall/domain/admins/permission-sets';
import { listGrants } from '@rollcall/domain/groups/permission-set-grants';
import { countMembersOfMany } from '@rollcall/domain/groups/memberships';
import { searchGroups } from '@rollcall/domain/groups/search-groups';
import { type Command, Option } from 'commander';
import { describeGroup } from '../group-description.ts';
import { idOfRow, numberUpTo } from '../option-values.ts';
import { printResult, table } from '../output.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const DEFAULT_LIMIT = 100;
const MOST_GROUPS = 1000;
const ORDER = { field: 'createdAt', descending: false } as const;

interface ListOptions extends OutputOptions {
  search?: string;
  managed?: 'scim' | 'hand';
  after?: string;
  limit: number;
}

export function addGroupsCommands(program: Command): void {
  const groups = addNoun(program, 'groups', 'Look through the groups of an account');
  addVerb(groups, 'list <account>', {
    does: 'List groups, the default groups included, in the order of their creation.',
    example: 'groups list acme --search engineering',
  })
    .option('--search <text>', 'words that each are a part of the name')
    .addOption(
      new Option('--managed <by>', 'only those that SCIM manages, or does not').choices(['scim', 'hand']),
    )
    .option('--after <group-id>', 'go on behind this one', idOfRow)
    .option('--limit <number>', 'how many', numberUpTo(MOST_GROUPS), DEFAULT_LIMIT)
    .action(listGroups);
}

async function listGroups(
  reference: string,
  { search, managed, after, limit, ...options }: ListOptions,
): Promise<void> {
  const { found, grants, counts } = await withAccount(reference, async (db, { id }) => {
    const rows = await searchGroups(db, id, {
      search: { search, ...(managed !== undefined && { managed: managed === 'scim' }) },
      order: ORDER,
      behind: after === undefined ? undefined : { key: null, id: after },
      backward: false,
      limit: limit + 1,
    });
    const shown = rows.map(({ item }) => item);
    const ids = shown.map((group) => group.id);
    return {
      found: shown,
      grants: await listGrants(db, id, ids),
      counts: await countMembersOfMany(db, id, ids),
    };
  });
  const groups = found.slice(0, limit);
  const next = found.length > limit ? (groups.at(-1)?.id ?? null) : null;
  const described = groups.map((group) => ({
    ...describeGroup(group),
    permissionSets: grants.get(group.id) ?? [],
    members: counts.get(group.id) ?? { atLeast: 0, isExact: true },
  }));
  const rows = described.map((group) => [
    group.id,
    group.displayName,
    group.defaultGroup === null ? (group.scimManaged ? 'SCIM' : '–') : 'default group',
    `${group.members.isExact ? '' : 'more than '}${group.members.atLeast}`,
    permissionSetsIn(group.permissionSets),
  ]);
  printResult(
    options,
    { groups: described, next },
    groups.length === 0
      ? 'No group matches.'
      : `${table(['ID', 'NAME', 'MANAGED BY', 'MEMBERS', 'PERMISSION SETS'], rows)}${next === null ? '' : `\nMore: add --after ${next}`}`,
  );
}

function permissionSetsIn(sets: readonly PermissionSet[]): string {
  return sets.join(', ') || '–';
}
