import type { Kysely } from 'kysely';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import type { AccountIpRules, IpRule } from './ip-rule.ts';
import { selectIpRules } from './ip-rules.repository.ts';

/** For whoever may see them. Throws ForbiddenError and NotFoundError. */
export function getIpRules(db: Kysely<DB>, caller: Caller, accountId: string): Promise<AccountIpRules> {
  assertRight(caller, 'ip_rules:read');
  return selectIpRules(db, accountId);
}

const MOST_ACCOUNTS = 1_000;
const NO_RULES: readonly IpRule[] = [];

/** Of each account the rules that were read last, with their version. */
const remembered = new WeakMap<Database, Map<string, AccountIpRules>>();

/**
 * The rules of an account at that version or a later one: what was read before if it is as young. The version is read with whatever
 * tells whose request it is, so that rules cost nothing while they stay as they are.
 */
export async function ipRulesInForce(
  db: Database,
  accountId: string,
  version: number,
): Promise<readonly IpRule[]> {
  if (version === 0) return NO_RULES;
  const ofDatabase = remembered.get(db) ?? new Map<string, AccountIpRules>();
  remembered.set(db, ofDatabase);
  const known = ofDatabase.get(accountId);
  if (known !== undefined && known.version >= version) return known.rules;
  const read = await selectIpRules(db, accountId);
  remember(ofDatabase, accountId, read);
  return read.rules;
}

function remember(known: Map<string, AccountIpRules>, accountId: string, read: AccountIpRules): void {
  // Of two readings, the later one may have come first.
  if ((known.get(accountId)?.version ?? 0) > read.version) return;
  known.delete(accountId);
  const [oldest] = known.keys();
  if (known.size >= MOST_ACCOUNTS && oldest !== undefined) known.delete(oldest);
  known.set(accountId, read);
}
