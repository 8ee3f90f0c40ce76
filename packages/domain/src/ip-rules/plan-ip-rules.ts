import { InvalidInputError, RefusedError } from '../errors.ts';
import { readRange } from './ip-range.ts';
import {
  type AccountIpRules,
  type IpListProvider,
  type IpRule,
  type IpRuleList,
  PROVIDER_NAMES,
} from './ip-rule.ts';
import { readPublishedList } from './published-list.ts';

export interface IpRuleInput {
  range: string;
  effect: IpRule['effect'];
  note?: string | null | undefined;
}

/** One change of an account's IP rules. */
export type IpRulesChange =
  /** The rules by hand, instead of those before. */
  | { kind: 'set'; rules: readonly IpRuleInput[] }
  /** The text of a provider's published file, in the place of the list before; `publishedOn` is a date, `2026-11-23`. */
  | { kind: 'import'; provider: IpListProvider; file: string; publishedOn?: string | undefined }
  | { kind: 'remove'; provider: IpListProvider };

/** What a change would make of the rules. */
export interface PlannedIpRules {
  before: AccountIpRules;
  /** With the same version, since nothing is written yet. */
  after: Pick<AccountIpRules, 'rules' | 'lists'>;
  added: readonly IpRule[];
  removed: readonly IpRule[];
  /** A list that is imported again is a change, though it brings the same: it is younger then. */
  changes: boolean;
  /** The ranges that would be allowed and denied. */
  conflict: RefusedError | null;
}

const MOST_RULES = 500;
const LONGEST_NOTE = 200;
const MOST_CONFLICTS_NAMED = 10;

/** Throws InvalidInputError, with the path of the field in the change. */
export function planIpRules(
  before: AccountIpRules,
  change: IpRulesChange,
  importedBy: string,
  now: Date,
): PlannedIpRules {
  const after = applied(before, change, importedBy, now);
  const [added, removed] = [missingIn(before.rules, after.rules), missingIn(after.rules, before.rules)];
  return {
    before,
    after,
    added,
    removed,
    changes:
      change.kind === 'import' ||
      added.length + removed.length > 0 ||
      before.lists.length !== after.lists.length,
    conflict: conflictIn(after.rules),
  };
}

function applied(
  { rules, lists }: AccountIpRules,
  change: IpRulesChange,
  importedBy: string,
  now: Date,
): PlannedIpRules['after'] {
  const source = change.kind === 'set' ? 'manual' : change.provider;
  const kept = rules.filter((rule) => rule.source !== source);
  const otherLists = lists.filter(({ provider }) => provider !== source);
  switch (change.kind) {
    case 'set':
      return { rules: [...rulesByHand(change.rules), ...kept], lists };
    case 'import': {
      const { list, listed } = importedList(change, importedBy, now);
      return { rules: [...kept, ...listed], lists: [...otherLists, list] };
    }
    case 'remove':
      return { rules: kept, lists: otherLists };
  }
}

function rulesByHand(inputs: readonly IpRuleInput[]): IpRule[] {
  if (inputs.length > MOST_RULES) {
    throw new InvalidInputError(`An account can have ${MOST_RULES} IP rules by hand.`, 'rules');
  }
  const places = new Map<string, number>();
  return inputs.map(({ range: text, effect, note }, index) => {
    const range = readRange(text, `rules.${index}.range`).cidr;
    const earlier = places.get(range);
    if (earlier !== undefined) {
      const what = inputs[earlier]?.effect === effect ? 'stands here twice' : 'is allowed and denied';
      throw new InvalidInputError(`${range} ${what}. Keep one of the two rules.`, `rules.${index}.range`);
    }
    places.set(range, index);
    return { range, effect, note: readNote(note, `rules.${index}.note`), source: 'manual' };
  });
}

function readNote(note: string | null | undefined, path: string): string | null {
  const text = note?.trim() ?? '';
  if (text.length > LONGEST_NOTE || /\p{Cc}/u.test(text)) {
    throw new InvalidInputError(`A note is one line of at most ${LONGEST_NOTE} characters.`, path);
  }
  return text === '' ? null : text;
}

function importedList(
  { provider, file, publishedOn }: IpRulesChange & { kind: 'import' },
  importedBy: string,
  now: Date,
): { list: IpRuleList; listed: readonly IpRule[] } {
  const { ranges, changeNumber } = readPublishedList(provider, file);
  return {
    list: {
      provider,
      changeNumber,
      publishedOn: publishedOn === undefined ? null : readDay(publishedOn, now),
      importedAt: now,
      importedBy,
    },
    listed: ranges.map((range) => ({ range, effect: 'allow', note: null, source: provider })),
  };
}

function readDay(text: string, now: Date): string {
  const time = /^\d{4}-\d\d-\d\d$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // 2026-02-30 is read as a day in March.
  if (
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text) &&
    time <= now.getTime() + DAY_MS
  ) {
    return text;
  }
  throw new InvalidInputError(
    'Write the day of publication as 2026-11-23; it is not to come.',
    'publishedOn',
  );
}

/** Somewhere it is tomorrow already. */
const DAY_MS = 86_400_000;

function missingIn(earlier: readonly IpRule[], rules: readonly IpRule[]): IpRule[] {
  const known = new Set(earlier.map(identityOf));
  return rules.filter((rule) => !known.has(identityOf(rule)));
}

function identityOf({ range, effect, note, source }: IpRule): string {
  return JSON.stringify([range, effect, note, source]);
}

function conflictIn(rules: readonly IpRule[]): RefusedError | null {
  const allowed = new Map(
    rules.flatMap((rule) => (rule.effect === 'allow' ? [[rule.range, rule.source]] : [])),
  );
  const ranges = rules.filter(({ effect, range }) => effect === 'deny' && allowed.has(range));
  const [first] = ranges;
  if (first === undefined) return null;
  const list = allowed.get(first.range);
  const named = ranges.slice(0, MOST_CONFLICTS_NAMED).map(({ range }) => range);
  return new RefusedError(
    'ip_range_conflict',
    `${named.join(', ')} would be denied by hand and allowed by the list of ${list === 'okta' || list === 'entra' ? PROVIDER_NAMES[list] : 'rules'}. Deny a part of it, or end the rule that denies it.`,
    { facts: { ranges: named } },
  );
}
