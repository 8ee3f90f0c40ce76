import type { Account } from '@rollcall/domain/accounts/account';
import type { Database } from '@rollcall/domain/database/connection';
import { NotFoundError } from '@rollcall/domain/errors';
import type { Group } from '@rollcall/domain/groups/group';
import { countMemberships, listMemberships } from '@rollcall/domain/groups/memberships';
import { listGrants } from '@rollcall/domain/groups/permission-set-grants';
import { findGroupsById } from '@rollcall/domain/groups/search-groups';
import { selectSsoGroupMappings } from '@rollcall/domain/groups/sso-group-mappings';
import { findUsersById } from '@rollcall/domain/users/search-users';
import type { Command } from 'commander';
import { describeGroup } from '../group-description.ts';
import { idOfRow, numberUpTo } from '../option-values.ts';
import { facts, printResult, table } from '../output.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const DEFAULT_LIMIT = 100;
const MOST_MEMBERS = 1000;

interface MembersOptions extends OutputOptions {
  after?: string;
  limit: number;
}

export function addGroupCommands(program: Command): void {
  const group = addNoun(program, 'group', 'Look at one group');
  addVerb(group, 'show <account> <group-id>', {
    does: 'Show what a group is and carries. "groups list" shows the ids.',
    example: 'group show acme 0192f0c4-6f0a-7000-8000-000000000001',
  }).action(show);
  addVerb(group, 'members <account> <group-id>', {
    does: 'List who is in a group, why and since when, and whether it takes effect.',
    example: 'group members acme 0192f0c4-6f0a-7000-8000-000000000001',
  })
    .option('--after <user-id>', 'go on behind this one', idOfRow)
    .option('--limit <number>', 'how many', numberUpTo(MOST_MEMBERS), DEFAULT_LIMIT)
    .action(members);
}

async function show(reference: string, groupId: string, options: OutputOptions): Promise<void> {
  const described = await withAccount(reference, async (db, account) => {
    const group = await groupOf(db, account, groupId);
    const [grants, mappings, counts] = await Promise.all([
      listGrants(db, account.id, [group.id]),
      selectSsoGroupMappings(db, account.id, [group.id]),
      countMemberships(db, account.id, 'group', [group.id]),
    ]);
    return {
      ...describeGroup(group),
      permissionSets: grants.get(group.id) ?? [],
      ssoGroupMapping: mappings.get(group.id) ?? [],
      members: counts.get(group.id) ?? 0,
    };
  });
  printResult(
    options,
    { group: described },
    facts([
      ['Group', described.displayName],
      ['ID', described.id],
      ['Managed by', described.scimManaged ? 'SCIM' : 'hand'],
      ['External ID', described.externalId ?? '–'],
      ['Default group', described.defaultGroup ?? 'no'],
      ['Newcomers join it', described.assignByDefault ? 'yes' : 'no'],
      ['Permission sets', described.permissionSets.join(', ') || '–'],
      ['SSO group mapping', described.ssoGroupMapping.join(', ') || '–'],
      ['Members', String(described.members)],
      ['Version', `${described.version} of ${described.updatedAt.toISOString()}`],
    ]),
  );
}

async function members(
  reference: string,
  groupId: string,
  { after, limit, ...options }: MembersOptions,
): Promise<void> {
  const { found, people } = await withAccount(reference, async (db, account) => {
    const { id } = await groupOf(db, account, groupId);
    const cut = { behind: after, backward: false, limit: limit + 1 };
    const memberships = (await listMemberships(db, account.id, 'group', [id], cut)).get(id) ?? [];
    const userIds = memberships.map(({ userId }) => userId);
    return { found: memberships, people: await findUsersById(db, account.id, userIds) };
  });
  const shown = found.slice(0, limit).map(({ userId, origin, addedAt, held }) => {
    const { userName = '', state = 'deleted' } = people.get(userId) ?? {};
    return { userId, userName, state, origin, addedAt, held };
  });
  const next = found.length > limit ? (shown.at(-1)?.userId ?? null) : null;
  const rows = shown.map(({ userId, userName, state, origin, addedAt, held }) => [
    userId,
    userName,
    held ? `${state}, held` : state,
    origin,
    addedAt.toISOString(),
  ]);
  printResult(
    options,
    { members: shown, next },
    shown.length === 0
      ? 'Nobody is in it.'
      : `${table(['ID', 'USER NAME', 'STATE', 'BY', 'SINCE'], rows)}${next === null ? '' : `\nMore: add --after ${next}`}`,
  );
}

/** Throws NotFoundError. */
async function groupOf(db: Database, { id, slug }: Account, groupId: string): Promise<Group> {
  const group = (await findGroupsById(db, id, [groupId])).get(groupId);
  if (group !== undefined) return group;
  throw new NotFoundError(
    `There is no group "${groupId}" in this account. "rollcall groups list ${slug}" shows them all.`,
  );
}
