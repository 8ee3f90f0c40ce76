import { type Kysely, sql } from 'kysely';
import { assertMayGive, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { areSameGroups, readIdpGroups } from '../sso/idp-groups.ts';
import type { Group } from './group.ts';
import { updateGroupAtCommit } from './groups.repository.ts';
import { lockGroupByHand } from './lock-group-by-hand.ts';
import { assertAsPreviewed } from './preview-sso-group-mapping.ts';
import { recordGroup } from './record-group-change.ts';

export interface SsoGroupMappingInput {
  /** Names or ids of the identity provider's groups, instead of those before; none ends the mapping. */
  idpGroups: readonly string[];
  /** The version of the group that the caller saw. */
  expectedVersion?: number | undefined;
  /** Of the preview that the caller saw: refused when sign-ins would do something else by now. */
  previewToken?: string | undefined;
}

/**
 * Says whose next sign-in brings them into a group, and that whoever is in it otherwise leaves at theirs. Allowed for a
 * SCIM-managed group whatever is locked. Raises an alert where it makes account administrators. Throws ForbiddenError where the
 * group gives a right that the caller lacks, NotFoundError, InvalidInputError, VersionMismatchError, PlanChangedError.
 */
export async function setSsoGroupMapping(
  trx: Trx,
  caller: Caller,
  accountId: string,
  groupId: string,
  input: SsoGroupMappingInput,
  now: Date,
): Promise<Group> {
  const idpGroups = readIdpGroups(input.idpGroups, 'idpGroups');
  const { expectedVersion, previewToken } = input;
  if (previewToken !== undefined) {
    // Before the account is locked: nothing is changed for anybody now, so the locks need not cover the look at everybody.
    await assertAsPreviewed(trx, caller, accountId, { groupId, idpGroups }, previewToken);
  }
  const [{ group, permissionSets }, mappings] = await Promise.all([
    lockGroupByHand(trx, caller, accountId, groupId, {
      right: 'people:write',
      changesRules: true,
      condition: expectedVersion === undefined ? undefined : { oneOf: [expectedVersion] },
    }),
    selectSsoGroupMappings(trx, accountId, [groupId]),
  ]);
  const before = mappings.get(groupId) ?? [];
  const name = JSON.stringify(group.displayName);
  assertMayGive(caller, permissionSets, `An SSO group mapping of the group ${name}`);
  if (areSameGroups(before, idpGroups)) return group;
  replaceMapping(trx, accountId, groupId, idpGroups);
  const saved = { ...group, version: group.version + 1, updatedAt: now };
  updateGroupAtCommit(trx, saved);
  const known = new Set(before);
  const makesAdministrators =
    permissionSets.includes('account_admin') && idpGroups.some((idpGroup) => !known.has(idpGroup));
  recordGroup(
    { trx, actor: caller.actor, now },
    saved,
    'group.mapping_changed',
    { before: before.toSorted(), after: idpGroups.toSorted() },
    makesAdministrators,
  );
  return saved;
}

/** The mapping of each of the groups that has one, in the order of the names. */
export async function selectSsoGroupMappings(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ group_id: string; idp_groups: readonly string[] }>`
    select m.group_id, array_agg(m.idp_group order by m.idp_group) as idp_groups from sso_group_mappings m
    where m.account_id = ${accountId} and m.group_id = any(${groupIds}::uuid[])
    group by m.group_id`.execute(db);
  return new Map(rows.map((row) => [row.group_id, row.idp_groups]));
}

function replaceMapping(trx: Trx, accountId: string, groupId: string, idpGroups: readonly string[]): void {
  atCommit(
    trx,
    sql`
      delete from sso_group_mappings m
      where m.account_id = ${accountId} and m.group_id = ${groupId} and m.idp_group <> all(${[...idpGroups]}::text[])`.compile(
      trx,
    ),
  );
  atCommit(
    trx,
    sql`
      insert into sso_group_mappings (account_id, group_id, idp_group)
      select ${accountId}::uuid, ${groupId}::uuid, idp_group from unnest(${[...idpGroups]}::text[]) as idp_group
      on conflict do nothing`.compile(trx),
  );
}
