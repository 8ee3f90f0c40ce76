import type { JsonObject } from '../http/json.ts';
import { patchSchema } from '../schema-urns.ts';
import { managerPath } from './user-mapping.ts';

/** Without and with `aadOptscim062020` in the tenant URL. */
export type EntraDialect = 'legacy' | 'flag';

export interface AttributeChange {
  readonly path: string;
  readonly value: string | boolean;
  /** Whether the far side has a value now: decides between add and replace. */
  readonly assigned: boolean;
}

export function userPatchBody(dialect: EntraDialect, changes: readonly AttributeChange[]): JsonObject {
  return patchBody(dialect === 'legacy' ? changes.map(legacyOperation) : flagOperations(changes));
}

/** undefined takes the manager away. */
export function managerPatchBody(dialect: EntraDialect, managerId: string | undefined): JsonObject {
  if (managerId !== undefined) {
    return patchBody([{ op: dialect === 'legacy' ? 'Add' : 'add', path: managerPath, value: managerId }]);
  }
  return patchBody([
    dialect === 'legacy'
      ? { op: 'Replace', path: managerPath, value: '' }
      : { op: 'remove', path: managerPath },
  ]);
}

export function renameGroupBody(
  dialect: EntraDialect,
  changes: Readonly<Record<string, string>>,
): JsonObject {
  const op = dialect === 'legacy' ? 'Replace' : 'replace';
  return patchBody(Object.entries(changes).map(([path, value]) => ({ op, path, value })));
}

export function addMembersBody(dialect: EntraDialect, memberIds: readonly string[]): JsonObject {
  return dialect === 'legacy'
    ? patchBody([{ op: 'Add', path: 'members', value: memberIds.map(reference) }])
    : patchBody([{ op: 'add', path: 'members', value: memberIds.map((value) => ({ value })) }]);
}

/** A legacy removal with a value list means these members only, whatever the letter of RFC 7644 3.5.2.2. */
export function removeMembersBody(dialect: EntraDialect, memberIds: readonly string[]): JsonObject {
  return dialect === 'legacy'
    ? patchBody([{ op: 'Remove', path: 'members', value: memberIds.map(reference) }])
    : patchBody(memberIds.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })));
}

/** One operation per attribute, booleans as text. */
function legacyOperation({ path, value, assigned }: AttributeChange): JsonObject {
  const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
  return { op: assigned ? 'Replace' : 'Add', path, value: text };
}

/** Several replaces become one operation without a path, whose keys are paths; filtered entries keep their own. */
function flagOperations(changes: readonly AttributeChange[]): JsonObject[] {
  const plain = changes.filter(({ path, assigned }) => assigned && !path.includes('['));
  const single = plain.length > 1 ? changes.filter((change) => !plain.includes(change)) : changes;
  const operations: JsonObject[] = single.map(({ path, value, assigned }) => ({
    op: assigned ? 'replace' : 'add',
    path,
    value,
  }));
  if (plain.length > 1) {
    operations.push({
      op: 'replace',
      value: Object.fromEntries(plain.map(({ path, value }) => [path, value])),
    });
  }
  return operations;
}

function patchBody(operations: readonly JsonObject[]): JsonObject {
  return { schemas: [patchSchema], Operations: operations };
}

function reference(value: string): JsonObject {
  return { $ref: null, value };
}
