export const IP_LIST_PROVIDERS = ['entra', 'okta'] as const;

/** Whose published ranges can be imported. */
export type IpListProvider = (typeof IP_LIST_PROVIDERS)[number];

export interface IpRule {
  /** As `readRange` writes it. */
  range: string;
  effect: 'allow' | 'deny';
  /** What it is for; null for none, and in lists. */
  note: string | null;
  /** Whether an administrator or the operator set it by hand, or an imported list brought it. */
  source: 'manual' | IpListProvider;
}

/** What is known of an imported list. */
export interface IpRuleList {
  provider: IpListProvider;
  /** As the published file has it; null where it has none. */
  changeNumber: number | null;
  /** `2026-11-23`, as whoever imported it said; null where they did not. */
  publishedOn: string | null;
  importedAt: Date;
  /** The name of whoever imported it. */
  importedBy: string;
}

export interface AccountIpRules {
  /** Every change raises it; 0 for an account that never had a rule. */
  version: number;
  /** Those by hand first, then by source, each in the order of addresses. */
  rules: readonly IpRule[];
  lists: readonly IpRuleList[];
}

const DAY_MS = 86_400_000;

/** How many days ago it was published or, where that is not known, imported. */
export function ageInDays({ publishedOn, importedAt }: IpRuleList, now: Date): number {
  const since = publishedOn === null ? importedAt.getTime() : Date.parse(publishedOn);
  return Math.max(0, Math.floor((now.getTime() - since) / DAY_MS));
}

export const PROVIDER_NAMES: Record<IpListProvider, string> = { entra: 'Microsoft Entra ID', okta: 'Okta' };
