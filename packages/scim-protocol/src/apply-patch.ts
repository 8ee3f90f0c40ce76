import { invalidValue, mutability } from './errors.ts';
import { saysNothing } from './hollow-entry.ts';
import { isJsonArray, isJsonObject, ownValue, type JsonObject, type JsonValue } from './json.ts';
import { comparisonsIn } from './match-filter.ts';
import { changeComplex } from './patch-complex.ts';
import { changeList } from './patch-list.ts';
import type { AttributeOperation, PatchOperation } from './patch-operation.ts';
import type { Reading } from './reading.ts';
import { missingAttributes } from './required-attributes.ts';
import type { ResourceType } from './resource-types.ts';
import { sameValue } from './same-value.ts';
import type { SchemaDefinition } from './schemas/attribute.ts';
import { refuseSecondPrimaries, withSchemas, type ScimResource } from './validate-resource.ts';

/**
 * The resource after all operations, in their order (RFC 7644 3.5.2); the one given stays as it is. Required attributes and `primary` are judged
 * once, at the end: a PATCH may take away and give again.
 */
export function applyPatch(
  resource: ScimResource,
  operations: readonly PatchOperation[],
  resourceType: ResourceType,
  reading: Reading,
): ScimResource {
  refuseTooMuch(operations);
  const applied = operations.reduce(
    (current, operation) => applyOperation(current, operation, reading),
    resource,
  );
  const changed = operations.reduce(withoutHollowEntries, applied);
  refuseLostRequired(resource, changed, operations, resourceType);
  const complete = withSchemas(changed, resourceType);
  refuseSecondPrimaries(complete, resourceType);
  return complete;
}

/** Far more than a resource has attributes, far fewer than would keep others waiting. */
const MAX_OPERATIONS = 1_000;
/** In the filters of all paths; each is made with every entry of a list. */
const MAX_COMPARISONS = 1_000;

function refuseTooMuch(operations: readonly PatchOperation[]): void {
  if (operations.length > MAX_OPERATIONS) {
    throw invalidValue(
      `The PATCH makes ${operations.length} changes; at most ${MAX_OPERATIONS} are made to one resource.`,
    );
  }
  const comparisons = operations.reduce((sum, { path }) => sum + comparisonsAt(path), 0);
  if (comparisons <= MAX_COMPARISONS) return;
  throw invalidValue(
    `The paths of the PATCH hold ${comparisons} comparisons; at most ${MAX_COMPARISONS} are made at once. Send several smaller requests.`,
  );
}

function comparisonsAt(path: PatchOperation['path']): number {
  return path.kind === 'extension' || path.filter === undefined ? 0 : comparisonsIn(path.filter);
}

/** Whether two resources say the same: `meta`, the order of keys and that of list entries do not count. */
export function sameResource(a: ScimResource, b: ScimResource): boolean {
  return sameValue({ ...a, meta: null }) === sameValue({ ...b, meta: null });
}

function applyOperation(resource: ScimResource, operation: PatchOperation, reading: Reading): ScimResource {
  const { path } = operation;
  if (path.kind === 'extension') return withoutExtension(resource, path.schema);
  const attributeOperation: AttributeOperation = { ...operation, path };
  if (!path.isExtension) return changeAttribute(resource, attributeOperation, reading);
  const extension = ownValue(resource, path.schema);
  const changed = changeAttribute(isJsonObject(extension) ? extension : {}, attributeOperation, reading);
  return withValue(resource, path.schema, Object.keys(changed).length === 0 ? null : changed);
}

function withoutExtension(resource: ScimResource, schema: SchemaDefinition): ScimResource {
  const extension = ownValue(resource, schema.id);
  const fixed = schema.attributes.find(
    ({ name, mutability: kind }) =>
      kind === 'immutable' && isJsonObject(extension) && Object.hasOwn(extension, name),
  );
  if (fixed !== undefined) throw unchangeable(fixed.name);
  return withValue(resource, schema.id, null);
}

/** Entra may set an entry's `primary` in one operation and its value in the next, so entries are judged when all is done. */
function withoutHollowEntries(resource: ScimResource, { path }: PatchOperation): ScimResource {
  if (path.kind === 'extension' || !path.attribute.multiValued) return resource;
  const container = path.isExtension ? ownValue(resource, path.schema) : resource;
  const entries = isJsonObject(container) ? ownValue(container, path.attribute.name) : undefined;
  if (!isJsonObject(container) || !isJsonArray(entries)) return resource;
  const kept = entries.filter((entry) => !isJsonObject(entry) || !saysNothing(entry));
  if (kept.length === entries.length) return resource;
  const changed = withValue(container, path.attribute.name, kept.length === 0 ? null : kept);
  if (!path.isExtension) return changed;
  return withValue(resource, path.schema, Object.keys(changed).length === 0 ? null : changed);
}

function changeAttribute(container: JsonObject, operation: AttributeOperation, reading: Reading): JsonObject {
  const { attribute } = operation.path;
  const before = ownValue(container, attribute.name) ?? null;
  const after = changedValue(before, operation, reading);
  if (attribute.mutability === 'immutable' && before !== null && sameValue(before) !== sameValue(after)) {
    throw unchangeable(attribute.name);
  }
  return withValue(container, attribute.name, after);
}

function unchangeable(name: string): Error {
  return mutability(`"${name}" cannot be changed once it has a value.`);
}

function changedValue(before: JsonValue, operation: AttributeOperation, reading: Reading): JsonValue {
  const { attribute } = operation.path;
  if (attribute.multiValued) return changeList(before, operation, reading);
  if (attribute.type === 'complex') return changeComplex(before, operation);
  return operation.op === 'remove' ? null : (operation.value ?? null);
}

function withValue(container: JsonObject, name: string, value: JsonValue): JsonObject {
  if (value !== null) return { ...container, [name]: value };
  return Object.fromEntries(Object.entries(container).filter(([key]) => key !== name));
}

/**
 * RFC 7644 3.5.2.2: removing what is required is a matter of mutability; clearing it by a value, of the value. What was missing before is not
 * this PATCH's doing: a deactivation must not fail for it.
 */
function refuseLostRequired(
  before: ScimResource,
  after: ScimResource,
  operations: readonly PatchOperation[],
  resourceType: ResourceType,
): void {
  const missing = missingAttributes(after, resourceType);
  if (missing.length === 0) return;
  const missingBefore = new Set(missingAttributes(before, resourceType));
  const lost = missing.find((name) => !missingBefore.has(name));
  if (lost === undefined) return;
  const isRemoved = operations.some(({ op, path }) => op === 'remove' && isAtOrAbove(path, lost));
  if (isRemoved) throw mutability(`"${lost}" is required and cannot be removed; replace its value instead.`);
  throw invalidValue(
    `"${lost}" is required and would have no value; map an attribute that is never empty to it.`,
  );
}

function isAtOrAbove(path: PatchOperation['path'], lost: string): boolean {
  if (path.kind === 'extension') return false;
  const name = `${path.isExtension ? `${path.schema}:` : ''}${path.attribute.name}`;
  return lost === name || lost.startsWith(`${name}.`);
}
