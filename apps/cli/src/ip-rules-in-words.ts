import {
  type AccountIpRules,
  ageInDays,
  type IpRule,
  type IpRuleList,
} from '@rollcall/domain/ip-rules/ip-rule';
import type { TokenAddress } from '@rollcall/domain/ip-rules/token-addresses';
import { dateOrNothing, printable, table } from './output.ts';

const MOST_NAMED = 20;

/** The rules by hand one by one, the lists as a whole. */
export function rulesInWords({ rules, lists }: AccountIpRules, now: Date): string {
  if (rules.length === 0)
    return 'The account has no IP rule: it may be used from every address.\n"rollcall ip-rules set" and "import" make some.';
  const byHand = rules.filter(({ source }) => source === 'manual');
  const rest = rules.some(({ effect }) => effect === 'allow')
    ? 'All other addresses are denied.'
    : 'All other addresses are let in.';
  return [
    ...(byHand.length === 0
      ? []
      : [
          table(
            ['RANGE', 'EFFECT', 'NOTE'],
            byHand.map(({ range, effect, note }) => [range, effect, note ?? '–']),
          ),
        ]),
    ...(lists.length === 0 ? [] : [listTable(rules, lists, now)]),
    rest,
  ].join('\n\n');
}

function listTable(rules: readonly IpRule[], lists: readonly IpRuleList[], now: Date): string {
  return table(
    ['LIST', 'RANGES', 'CHANGE NUMBER', 'PUBLISHED', 'IMPORTED', 'BY', 'AGE'],
    lists.map((list) => [
      list.provider,
      `${rules.filter(({ source }) => source === list.provider).length}`,
      `${list.changeNumber ?? '–'}`,
      list.publishedOn ?? '–',
      dateOrNothing(list.importedAt),
      list.importedBy,
      days(ageInDays(list, now)),
    ]),
  );
}

/** What comes and what goes, the first of each by name. */
export function differenceInWords(
  { added, removed }: { added: readonly IpRule[]; removed: readonly IpRule[] },
  is: 'is' | 'would be',
): string[] {
  const lines = [...named(added, `${is} added`), ...named(removed, `${is} removed`)];
  return lines.length === 0 ? ['No range comes or goes.'] : lines;
}

function named(rules: readonly IpRule[], what: string): string[] {
  const lines = rules.slice(0, MOST_NAMED).map(({ effect, range }) => `${effect} ${range} ${what}`);
  const more = rules.length - MOST_NAMED;
  return more > 0 ? [...lines, `and ${more} more ${what}`] : lines;
}

/** Where provisioning would stop; empty for nowhere. */
export function refusedTokensInWords(tokens: readonly TokenAddress[]): string {
  if (tokens.length === 0) return '';
  const lines = tokens
    .slice(0, MOST_NAMED)
    .map(
      ({ tokenName, tokenHint, address, lastUsedAt }) =>
        `  ${printable(tokenName)} (${tokenHint}) from ${printable(address)}, last used ${lastUsedAt.toISOString()}`,
    );
  const more = tokens.length - MOST_NAMED;
  return [
    'SCIM tokens would be refused from addresses where they were used lately:',
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
