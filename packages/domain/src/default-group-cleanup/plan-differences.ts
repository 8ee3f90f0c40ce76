import { sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Trx } from '../database/transaction.ts';
import { type CleanupGroup, type CleanupRow, plannedFor } from './cleanup.ts';
import type { DefaultGroup } from '../groups/default-groups.repository.ts';

export const PLAN_HOURS = 24;

/**
 * What makes it unsafe to apply a plan now, a sentence each. The account, its administrators and the groups must be
 * locked. Safe changes are none of it: who left a group or the account is passed over, newcomers stay, and for each
 * person the job looks again whether they may go.
 */
export async function planDifferences(
  trx: Trx,
  cleanup: CleanupRow,
  groups: readonly DefaultGroup[],
  appliedBy: string | null,
  now: Date,
): Promise<readonly string[]> {
  const { account_id: accountId } = cleanup;
  const [settings, administratorsGo] = await Promise.all([
    readAccountSettings(trx, accountId),
    takesAllAdministrators(trx, accountId, cleanup.id, appliedBy),
  ]);
  const differences = cleanup.groups.flatMap((planned) =>
    groupDifferences(
      planned,
      groups.find(({ id }) => id === planned.groupId),
    ),
  );
  if (isOutdated(cleanup, now)) differences.push(`The plan is older than ${PLAN_HOURS} hours.`);
  if (settings.scim.enabled !== cleanup.scim_enabled) {
    differences.push(`SCIM was switched ${settings.scim.enabled ? 'on' : 'off'} since.`);
  }
  if (administratorsGo) {
    differences.push(
      'Nobody who stays is an active account administrator any more: those whom the plan relied on were deactivated, or left their groups.',
    );
  }
  return differences;
}

export function isOutdated({ planned_at: plannedAt }: Pick<CleanupRow, 'planned_at'>, now: Date): boolean {
  return now.getTime() - plannedAt.getTime() > PLAN_HOURS * 3_600_000;
}

function groupDifferences(planned: CleanupGroup, now: DefaultGroup | undefined): string[] {
  const name = JSON.stringify(planned.displayName);
  if (now === undefined) return [`The group ${name} was deleted.`];
  const differences: string[] = [];
  const [before, after] = [planned.permissionSets.join(', '), now.permissionSets.join(', ')];
  if (before !== after) {
    differences.push(
      `The group ${name} carried ${before || 'nothing'}, and carries ${after || 'nothing'} now.`,
    );
  }
  if (planned.assignByDefault !== now.assignByDefault) {
    differences.push(
      `assignByDefault of the group ${name} was switched ${now.assignByDefault ? 'on' : 'off'}.`,
    );
  }
  return differences;
}

async function takesAllAdministrators(
  trx: Trx,
  accountId: string,
  cleanupId: string,
  appliedBy: string | null,
): Promise<boolean> {
  const { rows } = await sql<{ takes_all: boolean }>`
    select coalesce(bool_and(
      ${plannedFor(accountId, cleanupId)} is not distinct from 'leave'
      and not (g.default_group is not distinct from 'owner' and m.user_id is not distinct from ${appliedBy})
    ), false) as takes_all
    from group_permission_sets p
    join groups g on g.account_id = p.account_id and g.id = p.group_id
    join group_members m on m.account_id = p.account_id and m.group_id = p.group_id
    join users u on u.account_id = m.account_id and u.id = m.user_id
    where p.account_id = ${accountId} and p.permission_set = 'account_admin' and u.state = 'active'`.execute(
    trx,
  );
  return rows[0]?.takes_all ?? false;
}
