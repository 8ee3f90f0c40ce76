import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import { type JsonValue, toJson } from '../json.ts';
import { announceAccessChange } from '../scim-access/access-changes.ts';
import { assertVersion } from '../version-condition.ts';
import {
  type AccountIpRules,
  type IpListProvider,
  type IpRule,
  type IpRuleList,
  PROVIDER_NAMES,
} from './ip-rule.ts';
import {
  raiseIpRulesVersion,
  replaceIpRuleList,
  replaceIpRules,
  selectIpRules,
} from './ip-rules.repository.ts';
import { type IpRulesChange, type PlannedIpRules, planIpRules } from './plan-ip-rules.ts';
import { assertIpRulesAsPreviewed, type CallerAddress, obstaclesOf } from './preview-ip-rules.ts';
import { newlyRefusedTokens, type TokenAddress } from './token-addresses.ts';

export interface IpRulesInput {
  change: IpRulesChange;
  from: CallerAddress;
  /** The version that the caller saw: refused when somebody else changed the rules since. */
  expectedVersion?: number | undefined;
  /** Of the preview that the caller saw: refused when applying would do something else by now. */
  previewToken?: string | undefined;
}

export interface IpRulesUpdate {
  rules: AccountIpRules;
  added: readonly IpRule[];
  removed: readonly IpRule[];
  /** The addresses of SCIM tokens that are refused from now on and were not before. */
  refusedTokens: readonly TokenAddress[];
}

/**
 * Changes from which addresses the account may be used; every process goes by it within a second. Tokens that it refuses are told,
 * and an alert, not an obstacle. Throws ForbiddenError, InvalidInputError, NotFoundError for a list that is not there,
 * VersionMismatchError, PlanChangedError and RefusedError('locks_out_caller' | 'ip_range_conflict').
 */
export async function changeIpRules(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { change, from, expectedVersion, previewToken }: IpRulesInput,
  now: Date,
): Promise<IpRulesUpdate> {
  assertRight(caller, 'ip_rules:write');
  const [, before] = await Promise.all([lockAccount(trx, accountId), selectIpRules(trx, accountId)]);
  if (expectedVersion !== undefined) assertVersion(before.version, { oneOf: [expectedVersion] });
  if (change.kind === 'remove') assertImported(before, change.provider);
  const planned = planIpRules(before, change, caller.actor.name, now);
  const { after, added, removed } = planned;
  const refusedTokens = await newlyRefusedTokens(trx, accountId, planned, now);
  if (previewToken !== undefined) {
    await assertIpRulesAsPreviewed(trx, accountId, planned, change, refusedTokens, previewToken);
  }
  const [obstacle] = obstaclesOf(planned, from);
  if (obstacle !== undefined) throw obstacle;
  if (!planned.changes) return { rules: before, added, removed, refusedTokens };
  const list = await write(trx, accountId, change, after);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    ...eventOf(change, planned, list),
    target: { kind: 'ip_rules' },
    alert: refusedTokens.length > 0,
  });
  announceAccessChange(trx, accountId);
  return { rules: await selectIpRules(trx, accountId), added, removed, refusedTokens };
}

function assertImported({ lists }: AccountIpRules, provider: IpListProvider): void {
  if (lists.some((list) => list.provider === provider)) return;
  throw new NotFoundError(`No list of ${PROVIDER_NAMES[provider]} was imported into this account.`);
}

async function write(
  trx: Trx,
  accountId: string,
  change: IpRulesChange,
  after: PlannedIpRules['after'],
): Promise<IpRuleList | undefined> {
  await raiseIpRulesVersion(trx, accountId);
  if (change.kind === 'set') {
    await replaceIpRules(trx, accountId, 'manual', after.rules);
    return undefined;
  }
  const list = after.lists.find(({ provider }) => provider === change.provider);
  await Promise.all([
    replaceIpRules(trx, accountId, change.provider, after.rules),
    replaceIpRuleList(trx, accountId, change.provider, list),
  ]);
  return list;
}

function eventOf(
  change: IpRulesChange,
  { before, after, added, removed }: PlannedIpRules,
  list: IpRuleList | undefined,
): Pick<AuditEventInput, 'kind' | 'detail'> {
  if (change.kind === 'set') {
    return {
      kind: 'ip_rules.changed',
      detail: { before: byHand(before.rules), after: byHand(after.rules) },
    };
  }
  const { provider } = change;
  return {
    kind: list === undefined ? 'ip_rules.list_removed' : 'ip_rules.list_imported',
    detail: {
      provider,
      before: described(
        before.lists.find((earlier) => earlier.provider === provider),
        before.rules,
      ),
      after: described(list, after.rules),
      added: added.map(({ range }) => range),
      removed: removed.map(({ range }) => range),
    },
  };
}

function byHand(rules: readonly IpRule[]): JsonValue {
  return rules
    .filter(({ source }) => source === 'manual')
    .map(({ range, effect, note }) => ({ range, effect, note }));
}

function described(list: IpRuleList | undefined, rules: readonly IpRule[]): JsonValue {
  if (list === undefined) return null;
  const { provider, changeNumber, publishedOn, importedAt } = list;
  const ranges = rules.filter(({ source }) => source === provider).length;
  return toJson({ changeNumber, publishedOn, importedAt, ranges });
}
