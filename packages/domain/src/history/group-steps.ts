import type { AuditEvent, AuditEventKind } from '../events/audit-event.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import {
  ATTRIBUTE,
  changesStep,
  creation,
  type FieldChange,
  nothing,
  readChanges,
  recordedState,
  type Step,
  untold,
} from './recorded-state.ts';

/** What an event did to the group that it is about. */
export function groupStep({ kind, detail }: AuditEvent): Step {
  if (detail === null) return untold;
  return STEPS[kind]?.(detail) ?? nothing;
}

const STEPS: Partial<Record<AuditEventKind, (detail: JsonObject) => Step>> = {
  'group.created': () => creation,
  'group.restored': () => creation,
  'group.deleted': deletionStep,
  'group.linked': (detail) =>
    changesStep([...fieldChanges(detail), { field: 'scimManaged', from: false, to: true }]),
  'group.changed': (detail) => changesStep(fieldChanges(detail)),
  'group.permission_set_granted': (detail) => grantStep(detail, 'granted'),
  'group.permission_set_revoked': (detail) => grantStep(detail, 'revoked'),
  'group.mapping_changed': ({ before = null, after = null }) =>
    changesStep([{ field: 'idpGroups', from: namesOrNull(before), to: namesOrNull(after) }]),
};

// The only event that tells the whole state.
function deletionStep(detail: JsonObject): Step {
  const { permissionSets, idpGroups } = detail;
  const before = recordedState({
    ...detail,
    permissionSets: namesOrNull(permissionSets),
    idpGroups: namesOrNull(idpGroups),
    createdAt: null,
  });
  return () => before;
}

/** Attributes are told whole, since a group has few. */
function fieldChanges({ attributes, ...fields }: JsonObject): readonly FieldChange[] {
  const [whole] = readChanges({ attributes: attributes ?? null });
  if (whole === undefined) return readChanges(fields);
  const [before, after] = [attributesOf(whole.from), attributesOf(whole.to)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const ofAttributes = [...names].map((name) => ({
    field: `${ATTRIBUTE}${name}`,
    from: before[name] ?? null,
    to: after[name] ?? null,
  }));
  return [...readChanges(fields), ...changed(ofAttributes)];
}

function changed(changes: readonly FieldChange[]): readonly FieldChange[] {
  return changes.filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

function grantStep({ permissionSet }: JsonObject, happened: 'granted' | 'revoked'): Step {
  return (after) => {
    if (after === null || typeof permissionSet !== 'string') return undefined;
    const held = namesOf(after.get('permissionSets'));
    if (held.includes(permissionSet) !== (happened === 'granted')) return undefined;
    const sets =
      happened === 'granted' ? held.filter((set) => set !== permissionSet) : [...held, permissionSet];
    const before = new Map(after);
    if (sets.length === 0) before.delete('permissionSets');
    else before.set('permissionSets', sets.toSorted());
    return before;
  };
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((name) => typeof name === 'string').toSorted() : [];
}

function attributesOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** In one order; null for none, as states have it. */
export function namesOrNull(value: JsonValue | undefined): readonly string[] | null {
  const names = namesOf(value);
  return names.length === 0 ? null : names;
}
