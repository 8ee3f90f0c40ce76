import { assertRight, type Caller } from '../admins/caller.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { once } from '../idempotency/once.ts';
import {
  type CleanupGroup,
  type CleanupOptions,
  DEFAULT_GROUP_KINDS,
  type DefaultGroupCleanup,
} from './cleanup.ts';
import { deletePlansBesidesNewest } from './cleanups.repository.ts';
import { findDefaultGroupCleanup } from './find-cleanups.ts';
import { countPlannedMembers, insertPlan } from './insert-plan.ts';
import { saveLosses } from './losses.ts';

const MOST_PLANS = 5;

export interface CleanupPlanInput extends CleanupOptions {
  idempotencyKey?: string | undefined;
}

/**
 * Says who would leave which default group and who is kept, and why, and keeps that as a plan that can be applied for a
 * day. Nothing else is changed. Older plans that were not applied make room: an account has at most five. Throws
 * ForbiddenError, InvalidInputError and, with an idempotency key, ConflictError('idempotency_key_reused') and
 * NotFoundError, where what was planned under it is gone.
 */
export async function planDefaultGroupCleanup(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { idempotencyKey, ...options }: CleanupPlanInput,
  now: Date,
): Promise<DefaultGroupCleanup> {
  assertRight(caller, 'people:write');
  assertGroupsNamed(options);
  const { keepUnmanaged, turnOffAssignByDefault } = options;
  const input = { groups: options.groups.toSorted(), keepUnmanaged, turnOffAssignByDefault };
  const repeatable = { key: idempotencyKey, operation: 'defaultGroupCleanupPlan', input };
  const { id, repeated } = await once(trx, caller, accountId, repeatable, now, async (planId) => {
    await deletePlansBesidesNewest(trx, accountId, MOST_PLANS - 1);
    await insertPlan(trx, caller, accountId, planId, options, now);
    await Promise.all([countPlannedMembers(trx, accountId, planId), saveLosses(trx, accountId, planId)]);
  });
  const plan = await findDefaultGroupCleanup(trx, accountId, id);
  if (!repeated) assertGroupsExist(options, plan.groups);
  return plan;
}

function assertGroupsNamed({ groups }: CleanupOptions): void {
  if (groups.length > 0 && new Set(groups).size === groups.length) return;
  throw new InvalidInputError('Name at least one default group, and each only once.', 'groups');
}

function assertGroupsExist({ groups }: CleanupOptions, existing: readonly CleanupGroup[]): void {
  const kinds = new Set(existing.map(({ kind }) => kind));
  const missing = DEFAULT_GROUP_KINDS.filter((kind) => groups.includes(kind) && !kinds.has(kind));
  if (missing.length === 0) return;
  throw new InvalidInputError(
    `The account has no such default group any more: ${missing.join(', ')}. Leave out what was deleted.`,
    'groups',
  );
}
