import { invalidPath, invalidValue, mutability } from './errors.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonValue } from './json.ts';
import type { AttributeOperation, PatchOperation } from './patch-operation.ts';
import type { ResolvedFilter } from './resolve-filter.ts';
import type { ScimResource } from './validate-resource.ts';

/** One step of a group PATCH that can be carried out without loading the members. */
export type GroupChange =
  | {
      readonly kind: 'set';
      readonly attribute: 'displayName' | 'externalId';
      readonly value: string | null;
    }
  | ({ readonly kind: 'addMembers' | 'replaceMembers' } & MemberReferences)
  | { readonly kind: 'removeMembers'; readonly memberIds: readonly string[] }
  | { readonly kind: 'removeMembersMatching'; readonly filter: ResolvedFilter };

export interface MemberReferences {
  readonly memberIds: readonly string[];
  /** Those of `memberIds` that the client calls groups. */
  readonly nestedGroupIds: readonly string[];
}

/**
 * A group PATCH as set operations: what is set first, the last value of each attribute; then the members, in order, neighbouring operations of
 * one kind as one. Names are judged after all operations: a group keeps one. Operations on extensions are not among them.
 */
export function groupChangesOf(operations: readonly PatchOperation[]): readonly GroupChange[] {
  const settings = new Map<string, SettingChange>();
  const memberChanges: GroupChange[] = [];
  for (const change of operations.filter((each) => !isOnExtension(each)).map(changeOf)) {
    if (change.kind === 'set') settings.set(change.attribute, change);
    else memberChanges.push(change);
  }
  if (settings.get('displayName')?.value === null) refuseNoName(operations);
  return [...settings.values(), ...joined(memberChanges)];
}

/** Extensions of a group are small, so that their operations are applied as those of a user are. */
export function isOnExtension({ path }: PatchOperation): boolean {
  return path.kind === 'extension' || path.isExtension;
}

type SettingChange = Extract<GroupChange, { kind: 'set' }>;

/** The members that a group's body names. */
export function memberReferences(group: ScimResource): MemberReferences {
  return referencesIn(ownValue(group, 'members') ?? null);
}

function changeOf(operation: PatchOperation): GroupChange {
  const { path } = operation;
  if (path.kind === 'extension' || path.isExtension) throw notOnGroups(operation);
  const { name } = path.attribute;
  if (name === 'members') return memberChange({ ...operation, path });
  if (name !== 'displayName' && name !== 'externalId') throw notOnGroups(operation);
  const value = operation.op === 'remove' ? null : (operation.value ?? null);
  if (value !== null && typeof value !== 'string') throw invalidValue(`"${name}" needs text.`);
  return { kind: 'set', attribute: name, value };
}

function memberChange({ op, path, value }: AttributeOperation): GroupChange {
  if (path.sub !== undefined) throw entriesAreFixed();
  if (path.filter === undefined) {
    if (op === 'add') return { kind: 'addMembers', ...referencesIn(value ?? null) };
    if (op === 'replace') return { kind: 'replaceMembers', ...referencesIn(value ?? null) };
    if (value === undefined) return { kind: 'replaceMembers', memberIds: [], nestedGroupIds: [] };
    return { kind: 'removeMembers', memberIds: referencesIn(value).memberIds };
  }
  const named = idsNamedBy(path.filter);
  if (op === 'remove' || (op === 'replace' && (value === null || value === undefined))) {
    return named === undefined
      ? { kind: 'removeMembersMatching', filter: path.filter }
      : { kind: 'removeMembers', memberIds: named };
  }
  // RFC 7643 4.2: a membership's value is immutable, so the entry addressed may be added but not become another.
  const references = referencesIn([value ?? null]);
  const [id] = references.memberIds;
  if (id !== undefined && (named === undefined || named.some((each) => each !== id))) throw entriesAreFixed();
  return { kind: 'addMembers', ...references };
}

function referencesIn(value: JsonValue): MemberReferences {
  const entries = isJsonArray(value) ? value.filter(isJsonObject) : [];
  const memberIds = new Set<string>();
  const nestedGroupIds = new Set<string>();
  for (const entry of entries) {
    const id = ownValue(entry, 'value');
    const type = ownValue(entry, 'type');
    if (typeof id !== 'string') continue;
    memberIds.add(id);
    if (typeof type === 'string' && type.toLowerCase() === 'group') nestedGroupIds.add(id);
  }
  return { memberIds: [...memberIds], nestedGroupIds: [...nestedGroupIds] };
}

/** The ids of a filter that is nothing but `value eq "…"` joined by `or`. */
function idsNamedBy(filter: ResolvedFilter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const isId = filter.op === 'eq' && filter.target.sub?.name === 'value';
    return isId && filter.value.type === 'string' ? [filter.value.value] : undefined;
  }
  if (filter.kind !== 'or') return undefined;
  const ids = filter.children.map(idsNamedBy);
  return ids.every((each) => each !== undefined) ? ids.flat() : undefined;
}

/** authentik sends one operation for each member; the domain should not need one statement for each. */
function joined(changes: readonly GroupChange[]): readonly GroupChange[] {
  const runs: GroupChange[][] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    if (run?.[0]?.kind === change.kind) run.push(change);
    else runs.push([change]);
  }
  return runs.flatMap(joinRun);
}

function joinRun(run: readonly GroupChange[]): readonly GroupChange[] {
  const kind = run[0]?.kind;
  // Of several replacements only the last is left standing.
  if (kind === 'replaceMembers') return run.slice(-1);
  if (kind !== 'addMembers' && kind !== 'removeMembers') return run;
  const memberIds = new Set(run.flatMap((change) => ('memberIds' in change ? change.memberIds : [])));
  if (memberIds.size === 0) return [];
  if (kind === 'removeMembers') return [{ kind, memberIds: [...memberIds] }];
  const nested = new Set(run.flatMap((change) => ('nestedGroupIds' in change ? change.nestedGroupIds : [])));
  return [{ kind, memberIds: [...memberIds], nestedGroupIds: [...nested] }];
}

function refuseNoName(operations: readonly PatchOperation[]): never {
  const isRemoved = operations.some(
    ({ op, path }) => op === 'remove' && path.kind === 'attribute' && path.attribute.name === 'displayName',
  );
  throw isRemoved
    ? mutability('"displayName" is required and cannot be removed; replace its value instead.')
    : invalidValue('"displayName" is required; map an attribute that is never empty to it.');
}

function entriesAreFixed(): Error {
  return mutability("A member's entry cannot be changed; remove the member and add another.");
}

function notOnGroups({ path }: PatchOperation): Error {
  const name = path.kind === 'extension' ? path.schema.id : path.attribute.name;
  return invalidPath(`"${name}" of a group cannot be changed by a PATCH.`);
}
