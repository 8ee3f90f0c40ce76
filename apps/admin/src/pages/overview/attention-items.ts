import { paths } from '../../paths.ts';
import { words as overview } from '../../words/overview.ts';
import { failedSince } from './failed-since.ts';
import { type Hour, totals } from './health.ts';

const words = overview.attention;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

interface Token {
  readonly name: string;
  readonly state: string;
  readonly expiresAt: string | null;
}

interface Counted {
  readonly totalCount: number;
}

/** What of the account bears on it; what the viewer may not read is left out. */
export interface AccountFacts {
  readonly scim?:
    | { readonly enabled: boolean; readonly tokens?: readonly Token[] | null | undefined }
    | null
    | undefined;
  readonly serviceTokens?: readonly Token[] | null | undefined;
  readonly deadLetters?: Counted | null | undefined;
  readonly invitations?: Counted | null | undefined;
  readonly auditEvents?: Counted | null | undefined;
  readonly defaultGroups?:
    | readonly { readonly displayName: string; readonly memberCount: { readonly atLeast: number } }[]
    | null
    | undefined;
  readonly defaultGroupCleanups?:
    | { readonly edges: readonly { readonly node: Cleanup }[] }
    | null
    | undefined;
  readonly provisioningOutcomes?: readonly Hour[] | null | undefined;
  readonly peopleByState?: readonly { readonly state: string; readonly people: number }[] | null | undefined;
  readonly alertsSince: string;
  readonly now: number;
}

interface Cleanup {
  readonly startedAt: string | null;
  readonly undoneAt: string | null;
}

export interface AttentionItem {
  readonly text: string;
  readonly to: string;
  readonly at?: string;
}

/** What somebody should do something about, the most pressing first. */
export function attentionItems(account: AccountFacts): readonly AttentionItem[] {
  const hours = account.provisioningOutcomes ?? [];
  const alerts = new URLSearchParams({ alerts: 'true', since: account.alertsSince }).toString();
  const invited = account.peopleByState?.find(({ state }) => state === 'INVITED')?.people;
  return [
    ...counted(totals(hours).bad, words.failing, failedSince(hours)),
    ...counted(account.auditEvents?.totalCount, words.alerts, `${paths.auditLog}?${alerts}`),
    ...expiring(account.scim?.tokens, words.scimToken, paths.access, account.now),
    ...expiring(account.serviceTokens, words.serviceToken, paths.serviceTokens, account.now),
    ...counted(account.deadLetters?.totalCount, words.deadLetters, paths.jobs),
    ...uncleaned(account),
    ...counted(invited, words.held, `${paths.people}?state=INVITED`),
    ...counted(account.invitations?.totalCount, words.invitations, paths.invitations),
  ];
}

function counted(
  amount: number | undefined,
  text: (amount: number) => string,
  to: string,
): readonly AttentionItem[] {
  return amount === undefined || amount === 0 ? [] : [{ text: text(amount), to }];
}

function expiring(
  tokens: readonly Token[] | null | undefined,
  text: (name: string) => string,
  to: string,
  now: number,
): readonly AttentionItem[] {
  return (tokens ?? []).flatMap(({ name, state, expiresAt }) =>
    state === 'IN_FORCE' && expiresAt !== null && Date.parse(expiresAt) - now < MONTH_MS
      ? [{ text: text(name), to, at: expiresAt }]
      : [],
  );
}

// Once the groups come from the identity provider, and until a cleanup was applied that stands.
function uncleaned({ scim, defaultGroups, defaultGroupCleanups }: AccountFacts): readonly AttentionItem[] {
  if (scim?.enabled !== true) return [];
  const cleanups = defaultGroupCleanups?.edges.map(({ node }) => node) ?? [];
  if (cleanups.some(({ startedAt, undoneAt }) => startedAt !== null && undoneAt === null)) return [];
  const names = (defaultGroups ?? [])
    .filter(({ memberCount }) => memberCount.atLeast > 0)
    .map(({ displayName }) => displayName);
  return names.length === 0 ? [] : [{ text: words.defaultGroups(names.join(', ')), to: paths.defaultGroups }];
}
