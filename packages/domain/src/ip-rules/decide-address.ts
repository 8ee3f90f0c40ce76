import { firstAround, readAddress, readRange } from './ip-range.ts';
import type { IpRule } from './ip-rule.ts';

export interface AddressDecision {
  allowed: boolean;
  /** `rule`: the most specific one that holds the address. `unlisted`: none does. */
  reason: 'no_rules' | 'rule' | 'unlisted' | 'unreadable';
  /** That rule. */
  rule: IpRule | null;
}

const NO_RULES: AddressDecision = { allowed: true, reason: 'no_rules', rule: null };

/**
 * Whether requests from an address are let in. The most specific rule that holds it decides; where none does, it is let in unless
 * some rule allows others. Without rules everybody is. Of an address that cannot be read nothing is known, so rules refuse it.
 */
export function decideAddress(rules: readonly IpRule[], text: string): AddressDecision {
  if (rules.length === 0) return NO_RULES;
  const address = readAddress(text);
  if (address === undefined) return { allowed: false, reason: 'unreadable', rule: null };
  const { families, allowsSome } = indexOf(rules);
  for (const { prefix, rules } of families[address.family]) {
    const rule = rules.get(firstAround(address, prefix));
    if (rule !== undefined) return { allowed: rule.effect === 'allow', reason: 'rule', rule };
  }
  return { allowed: !allowsSome, reason: 'unlisted', rule: null };
}

interface RuleIndex {
  /** For each length of prefix that occurs, the longest first, the rules by their first addresses. */
  families: Record<4 | 6, readonly { prefix: number; rules: ReadonlyMap<bigint, IpRule> }[]>;
  allowsSome: boolean;
}

/** Made once for each list of rules: a gateway asks for every request, of lists that hold hundreds. */
const indexes = new WeakMap<readonly IpRule[], RuleIndex>();

function indexOf(rules: readonly IpRule[]): RuleIndex {
  const known = indexes.get(rules);
  if (known !== undefined) return known;
  const index = {
    families: { 4: familyOf(rules, 4), 6: familyOf(rules, 6) },
    allowsSome: rules.some(isAllow),
  };
  indexes.set(rules, index);
  return index;
}

function familyOf(rules: readonly IpRule[], family: 4 | 6): RuleIndex['families'][4] {
  const byPrefix = new Map<number, Map<bigint, IpRule>>();
  for (const rule of rules) {
    const range = readRange(rule.range);
    if (range.family !== family) continue;
    const same = byPrefix.get(range.prefix) ?? new Map<bigint, IpRule>();
    byPrefix.set(range.prefix, same);
    // Of one range from two sources, the first is named.
    if (!same.has(range.first)) same.set(range.first, rule);
  }
  return [...byPrefix]
    .map(([prefix, same]) => ({ prefix, rules: same }))
    .toSorted((a, b) => b.prefix - a.prefix);
}

function isAllow({ effect }: IpRule): boolean {
  return effect === 'allow';
}
