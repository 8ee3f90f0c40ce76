import type { Kysely } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { toJson } from '../json.ts';
import { assertAsPreviewed, type PreviewGround, previewToken } from '../licenses/preview-token.ts';
import { decideAddress } from './decide-address.ts';
import type { AccountIpRules, IpRule } from './ip-rule.ts';
import { selectIpRules } from './ip-rules.repository.ts';
import { type IpRulesChange, type PlannedIpRules, planIpRules } from './plan-ip-rules.ts';
import { newlyRefusedTokens, type TokenAddress } from './token-addresses.ts';

/**
 * The address by which the rules judge the caller; null for whom they do not judge: the operator, and whoever came in by a sign-in
 * link.
 */
export type CallerAddress = string | null;

export interface IpRulesPreview {
  before: AccountIpRules;
  after: Pick<AccountIpRules, 'rules' | 'lists'>;
  added: readonly IpRule[];
  removed: readonly IpRule[];
  /** Why the change would be refused; empty when it would not. */
  obstacles: readonly RefusedError[];
  /** The addresses of SCIM tokens that would be refused and are not now: provisioning would stop there. */
  refusedTokens: readonly TokenAddress[];
  /** For `changeIpRules`, to apply exactly this or hear what has changed. */
  token: string;
}

/** What a change of the IP rules would bring about. Writes nothing. Throws ForbiddenError and InvalidInputError. */
export async function previewIpRules(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  { change, from }: { change: IpRulesChange; from: CallerAddress },
  now: Date,
): Promise<IpRulesPreview> {
  assertRight(caller, 'ip_rules:read');
  const before = await selectIpRules(db, accountId);
  const planned = planIpRules(before, change, caller.actor.name, now);
  const refusedTokens = await newlyRefusedTokens(db, accountId, planned, now);
  return {
    before,
    after: planned.after,
    added: planned.added,
    removed: planned.removed,
    obstacles: obstaclesOf(planned, from),
    refusedTokens,
    token: previewToken(groundOf(planned, change, refusedTokens), now),
  };
}

/** Under the account's lock. Throws PlanChangedError, and InvalidInputError for the token of another change. */
export async function assertIpRulesAsPreviewed(
  trx: Trx,
  accountId: string,
  planned: PlannedIpRules,
  change: IpRulesChange,
  refusedTokens: readonly TokenAddress[],
  token: string,
): Promise<void> {
  await assertAsPreviewed(trx, accountId, token, groundOf(planned, change, refusedTokens));
}

/** Why a planned change is refused to a caller from that address. */
export function obstaclesOf(
  { after, conflict }: PlannedIpRules,
  from: CallerAddress,
): readonly RefusedError[] {
  const isLockedOut = from !== null && !decideAddress(after.rules, from).allowed;
  return [
    ...(conflict === null ? [] : [conflict]),
    ...(isLockedOut ? [lockOut(from, decideAddress(after.rules, from).rule)] : []),
  ];
}

function lockOut(address: string, rule: IpRule | null): RefusedError {
  const why =
    rule === null ? 'no rule would allow it, and some would allow others' : `${rule.range} would be denied`;
  return new RefusedError(
    'locks_out_caller',
    `This would lock you out: your own address is ${address}; ${why}. Allow ${address} or a range around it first.`,
    { facts: { address, range: rule?.range ?? null } },
  );
}

function groundOf(
  { before }: PlannedIpRules,
  change: IpRulesChange,
  refusedTokens: readonly TokenAddress[],
): PreviewGround {
  const refused = refusedTokens.map(({ tokenName, address }) => `${tokenName} from ${address}`).toSorted();
  return {
    input: toJson(change),
    facts: {
      'The IP rules': `version ${before.version}`,
      'SCIM tokens that would be refused': refused.length === 0 ? 'none' : refused.join(', '),
    },
    changes: [],
  };
}
