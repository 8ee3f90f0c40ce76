import type { LicenseSource, LicenseType } from './license-type.ts';

/*
 * The product's rules on licenses, told once more: everything of an account is gone through for each event, one person after
 * the other. Written from the rules and not from the code; nothing of the code is used.
 */

export interface ModelPerson {
  state: 'absent' | 'invited' | 'active' | 'deactivated' | 'deleted';
  deletedBy: 'scim' | 'administrator' | null;
  /** Whether they were ever active since they were created or came back. */
  everActive: boolean;
  managed: boolean;
  asserted: LicenseType | null;
  manual: LicenseType | null;
  groups: readonly string[] | null;
  license: ModelLicense | null;
}

export interface ModelLicense {
  licenseType: LicenseType;
  source: LicenseSource;
}

export interface ModelRules {
  enabled: boolean;
  manageLicenses: boolean;
  defaultLicenseType: LicenseType;
  mappings: Partial<Record<LicenseType, readonly string[]>>;
}

export interface Model {
  rules: ModelRules;
  /** Types that are limited; `analyst` is there only if it is named. */
  seats: Partial<Record<LicenseType, number>>;
  /** Whether the domain of the person's address is verified. */
  verified: readonly boolean[];
  people: readonly ModelPerson[];
  /** Who was created when: numbers of people. */
  order: readonly number[];
}

export type ModelEvent =
  | { kind: 'post'; who: number; asserts?: LicenseType | undefined }
  | { kind: 'patch'; who: number; asserts?: LicenseType | null | undefined; active?: boolean | undefined }
  | { kind: 'scimDelete'; who: number }
  | { kind: 'signIn'; who: number; groups: readonly string[] | null }
  | { kind: 'accept'; who: number }
  | { kind: 'choose'; who: number; licenseType: LicenseType | null }
  | { kind: 'administratorDelete'; who: number }
  | { kind: 'restore'; who: number }
  | { kind: 'configure'; changes: Partial<Omit<ModelRules, 'mappings'>> }
  | { kind: 'map'; licenseType: LicenseType; groups: readonly string[] };

export const NOBODY: ModelPerson = {
  state: 'absent',
  deletedBy: null,
  everActive: false,
  managed: false,
  asserted: null,
  manual: null,
  groups: null,
  license: null,
};

/** The account after the event; undefined when it is refused, which leaves everything as it was. */
export function afterEvent(model: Model, event: ModelEvent): Model | undefined {
  if (event.kind === 'configure') return afterConfigure(model, event.changes);
  if (event.kind === 'map') return afterMap(model, event.licenseType, event.groups);
  const { who } = event;
  const person = model.people[who] ?? NOBODY;
  switch (event.kind) {
    case 'post':
      return afterPost(model, who, person, event.asserts);
    case 'patch':
      return afterPatch(model, who, person, event.asserts, event.active);
    case 'scimDelete':
      if (!model.rules.enabled || !isShown(person)) return undefined;
      return withPerson(model, who, { ...person, state: 'deleted', deletedBy: 'scim', managed: true });
    case 'signIn':
      return afterSignIn(model, who, person, event.groups);
    case 'accept':
      if (person.state !== 'invited') return undefined;
      return licensed(model, who, { ...person, state: 'active', everActive: true });
    case 'choose':
      return afterChoice(model, who, person, event.licenseType);
    case 'administratorDelete':
      if (person.state === 'absent') return undefined;
      if (person.state === 'deleted') return model;
      return withPerson(model, who, { ...person, state: 'deleted', deletedBy: 'administrator' });
    case 'restore':
      if (person.state !== 'deleted') return undefined;
      return licensed(model, who, comingBack(model, who, person));
  }
}

function afterPost(
  model: Model,
  who: number,
  person: ModelPerson,
  asserts: LicenseType | undefined,
): Model | undefined {
  if (!model.rules.enabled) return undefined;
  if (asserts !== undefined && asserts !== person.asserted && !isThere(model, asserts)) return undefined;
  if (person.state === 'absent' || person.state === 'deleted') {
    const back = comingBack(model, who, person);
    return licensed(model, who, { ...back, managed: true, asserted: asserts ?? null });
  }
  if (person.managed) return undefined;
  const linked = { ...person, managed: true, asserted: asserts ?? person.asserted };
  return licensed(model, who, person.state === 'deactivated' ? reactivated(model, who, linked) : linked);
}

function afterPatch(
  model: Model,
  who: number,
  person: ModelPerson,
  asserts: LicenseType | null | undefined,
  active: boolean | undefined,
): Model | undefined {
  if (!model.rules.enabled || !isShown(person)) return undefined;
  const asserted = asserts === undefined ? person.asserted : asserts;
  const written = { ...person, managed: true, asserted };
  const isGone = person.state === 'deleted';
  if (active === false) {
    return withPerson(model, who, isGone ? written : { ...written, state: 'deactivated' });
  }
  if (active === undefined && (isGone || person.state === 'deactivated'))
    return withPerson(model, who, written);
  // From here on the write ends in active: true.
  if (asserted !== null && asserted !== person.asserted && !isThere(model, asserted)) return undefined;
  if (isGone) return licensed(model, who, comingBack(model, who, written));
  if (person.state === 'deactivated') return licensed(model, who, reactivated(model, who, written));
  return licensed(model, who, written);
}

function afterSignIn(
  model: Model,
  who: number,
  person: ModelPerson,
  groups: readonly string[] | null,
): Model | undefined {
  if (person.state === 'absent') {
    return licensed(model, who, { ...NOBODY, state: 'active', everActive: true, groups });
  }
  if (person.state !== 'active') return undefined;
  if (groups === null) return model;
  const moved = { ...person, groups };
  const due = decide(model.rules, moved);
  const needsSeat = due.licenseType !== person.license?.licenseType;
  // Without a seat, everything stays as it was; the person is in all the same.
  if (needsSeat && !hasSeat(model, due.licenseType)) return model;
  return withPerson(model, who, { ...moved, license: due });
}

function afterChoice(
  model: Model,
  who: number,
  person: ModelPerson,
  licenseType: LicenseType | null,
): Model | undefined {
  const { rules } = model;
  if (person.state === 'absent' || person.state === 'deleted') return undefined;
  if (rules.enabled && rules.manageLicenses && person.managed) return undefined;
  const takesBack = licenseType === null && person.manual !== null && person.license?.source === 'manual';
  const chosen = { ...person, manual: licenseType, license: takesBack ? null : person.license };
  if (byScim(rules, chosen) !== undefined || bySso(rules, chosen) !== undefined) return undefined;
  if (licenseType !== null && licenseType !== person.manual && !isThere(model, licenseType)) return undefined;
  if (person.state !== 'active') return withPerson(model, who, chosen);
  const due = decide(rules, chosen);
  const needsSeat = due.licenseType !== person.license?.licenseType;
  if (needsSeat && !hasSeat(model, due.licenseType)) return undefined;
  return withPerson(model, who, { ...chosen, license: due });
}

function afterConfigure(model: Model, changes: Partial<Omit<ModelRules, 'mappings'>>): Model | undefined {
  const before = model.rules;
  const rules = { ...before, ...changes };
  if (rules.defaultLicenseType !== before.defaultLicenseType && !isThere(model, rules.defaultLicenseType)) {
    return undefined;
  }
  const bears = rules.enabled && (!before.enabled || before.manageLicenses !== rules.manageLicenses);
  return bears ? everybodyDecided({ ...model, rules }) : { ...model, rules };
}

function afterMap(model: Model, licenseType: LicenseType, groups: readonly string[]): Model | undefined {
  const before = model.rules.mappings[licenseType] ?? [];
  if (before.toSorted().join() === groups.toSorted().join()) return model;
  if (groups.length > 0 && !isThere(model, licenseType)) return undefined;
  const mappings = { ...model.rules.mappings, [licenseType]: groups };
  return everybodyDecided({ ...model, rules: { ...model.rules, mappings } });
}

/** First who needs no limited seat, then the others while seats are free, in the order of creation; who finds none keeps. */
function everybodyDecided(model: Model): Model {
  let next = model;
  const waiting: number[] = [];
  for (const who of model.order) {
    const person = model.people[who];
    if (person?.state !== 'active') continue;
    const due = decide(model.rules, person);
    const moves = due.licenseType !== person.license?.licenseType;
    const isFree = isThere(model, due.licenseType) && model.seats[due.licenseType] === undefined;
    if (moves && !isFree) waiting.push(who);
    else next = withPerson(next, who, { ...person, license: due });
  }
  for (const who of waiting) {
    const person = next.people[who] ?? NOBODY;
    const due = decide(next.rules, person);
    if (hasSeat(next, due.licenseType)) next = withPerson(next, who, { ...person, license: due });
  }
  return next;
}

/** What a write makes of somebody's license: a missing seat refuses it only if it is the write that makes them take one. */
function licensed(model: Model, who: number, person: ModelPerson): Model | undefined {
  if (person.state !== 'active') return withPerson(model, who, person);
  const before = model.people[who] ?? NOBODY;
  const seat = before.state === 'active' ? before.license?.licenseType : undefined;
  const due = decide(model.rules, person);
  if (due.licenseType === seat || hasSeat(model, due.licenseType)) {
    return withPerson(model, who, { ...person, license: due });
  }
  const wasDue = before.state === 'active' && decide(model.rules, before).licenseType === due.licenseType;
  return wasDue ? withPerson(model, who, person) : undefined;
}

function decide(rules: ModelRules, person: ModelPerson): ModelLicense {
  const byHand = person.manual === null ? undefined : licenseOf(person.manual, 'manual');
  const otherwise = person.license ?? licenseOf(rules.defaultLicenseType, 'default');
  if (rules.enabled && rules.manageLicenses && person.managed) return byScim(rules, person) ?? otherwise;
  return byScim(rules, person) ?? bySso(rules, person) ?? byHand ?? otherwise;
}

function byScim(rules: ModelRules, person: ModelPerson): ModelLicense | undefined {
  if (!rules.enabled || !person.managed || person.asserted === null) return undefined;
  return licenseOf(person.asserted, 'scim');
}

function bySso(rules: ModelRules, { groups }: ModelPerson): ModelLicense | undefined {
  if (rules.enabled && rules.manageLicenses) return undefined;
  const mapped = Object.values(rules.mappings).flat();
  if (mapped.length === 0 || groups === null) return undefined;
  const matching = (['developer', 'analyst', 'it', 'read_only'] as const).find((type) =>
    (rules.mappings[type] ?? []).some((group) => groups.includes(group)),
  );
  return licenseOf(matching ?? rules.defaultLicenseType, 'sso_mapping');
}

function licenseOf(licenseType: LicenseType, source: LicenseSource): ModelLicense {
  return { licenseType, source };
}

/** As a newcomer: active where the domain is verified, with nothing of before but what was asserted. */
function comingBack({ verified }: Model, who: number, { managed, asserted }: ModelPerson): ModelPerson {
  const active = verified[who] === true;
  return { ...NOBODY, state: active ? 'active' : 'invited', everActive: active, managed, asserted };
}

function reactivated({ verified }: Model, who: number, person: ModelPerson): ModelPerson {
  const active = person.everActive || verified[who] === true;
  return { ...person, state: active ? 'active' : 'invited', everActive: active };
}

/** SCIM shows whom an administrator deleted, and not whom it deleted itself. */
function isShown({ state, deletedBy }: ModelPerson): boolean {
  return state !== 'absent' && deletedBy !== 'scim';
}

function isThere({ seats }: Model, licenseType: LicenseType): boolean {
  return licenseType !== 'analyst' || seats.analyst !== undefined;
}

function hasSeat(model: Model, licenseType: LicenseType): boolean {
  if (!isThere(model, licenseType)) return false;
  const limit = model.seats[licenseType];
  const holders = model.people.filter(
    ({ state, license }) => state === 'active' && license?.licenseType === licenseType,
  );
  return limit === undefined || holders.length < limit;
}

function withPerson(model: Model, who: number, person: ModelPerson): Model {
  const before = model.people[who];
  return {
    ...model,
    people: model.people.map((other, index) => (index === who ? person : other)),
    order: before?.state === 'absent' ? [...model.order, who] : model.order,
  };
}
