import { invalidValue, mutability } from './errors.ts';
import type { JsonValue } from './json.ts';
import { readValue } from './read-value.ts';
import type { Reading } from './reading.ts';
import { describePath, type ResolvedPath } from './resolve-path.ts';

export type PatchOp = 'add' | 'replace' | 'remove';

/** One change to one place, its value in canonical names and types. */
export interface PatchOperation {
  readonly op: PatchOp;
  readonly path: ResolvedPath;
  /** On add and replace null unassigns (RFC 7643 2.5); on remove a list means "only these entries". */
  readonly value?: JsonValue;
}

/** An operation on one attribute; those on a whole extension are the other kind. */
export type AttributeOperation = PatchOperation & {
  readonly path: Extract<ResolvedPath, { kind: 'attribute' }>;
};

/** The operation on one explicit path, or none where it names what is accepted and not kept. */
export function operationAt(
  op: PatchOp,
  path: ResolvedPath,
  value: JsonValue,
  where: string,
  reading: Reading,
): readonly PatchOperation[] {
  if (path.kind === 'extension') {
    if (value !== null) noteIgnoredValue(path, reading);
    return [{ op: 'remove', path }];
  }
  const { attribute, sub } = path;
  if (attribute.name === 'schemas' && op !== 'remove') return [];
  // Of what clients may only write, the password is accepted and not kept; an extension's attributes are kept.
  if (attribute.mutability === 'writeOnly' && !path.isExtension) return [];
  const isFixed = attribute.mutability === 'readOnly' || attribute.name === 'schemas';
  if (isFixed || sub?.mutability === 'readOnly') {
    throw mutability(
      `${where}: "${attribute.name}${sub === undefined ? '' : `.${sub.name}`}" is set by the service and cannot be changed by a PATCH.`,
    );
  }
  if (op === 'remove') return [removal(path, value, where, reading)];
  return [{ op, path, value: readAt(path, value, where, reading) }];
}

/** By RFC 7644 3.5.2.2 a remove has no value; clients that send a list mean these entries and no others, and not the whole list. */
function removal(
  path: AttributeOperation['path'],
  value: JsonValue,
  where: string,
  reading: Reading,
): PatchOperation {
  if (value === null) return { op: 'remove', path };
  const isOfAllEntries = path.attribute.multiValued && path.filter === undefined;
  if (isOfAllEntries && path.sub !== undefined) {
    throw invalidValue(
      `${where} is a remove from every entry, and has a value; name the entries by a filter in brackets instead.`,
    );
  }
  if (!isOfAllEntries) {
    noteIgnoredValue(path, reading);
    return { op: 'remove', path };
  }
  reading.leniency(
    'remove-by-value-list',
    `Read a remove of ${path.attribute.name} with values as a removal of these values alone`,
    'invalidValue',
  );
  return {
    op: 'remove',
    path,
    value: readValue(path.attribute, value, where, { reading, keepNulls: false }) ?? [],
  };
}

function noteIgnoredValue(path: ResolvedPath, reading: Reading): void {
  reading.leniency(
    'remove-with-value',
    `Read a remove of ${describePath(path)} without the value beside it`,
    'invalidValue',
  );
}

function readAt(
  path: AttributeOperation['path'],
  value: JsonValue,
  where: string,
  reading: Reading,
): JsonValue {
  const context = { reading, keepNulls: true };
  if (path.sub !== undefined) return readValue(path.sub, value, where, context);
  if (path.filter === undefined) return readValue(path.attribute, value, where, context);
  return readValue({ ...path.attribute, multiValued: false }, value, where, context);
}
