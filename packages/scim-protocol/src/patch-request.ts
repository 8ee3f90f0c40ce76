import { parseAttributePath } from './attribute-path.ts';
import { invalidPath, invalidSyntax, invalidValue, noTarget } from './errors.ts';
import { isJsonArray, isJsonObject, type JsonValue } from './json.ts';
import { messageMember, readMessage } from './message.ts';
import { operationAt, type PatchOp, type PatchOperation } from './patch-operation.ts';
import { expandExtension, expandPathless } from './patch-pathless.ts';
import type { Reading } from './reading.ts';
import { describePath, resolvePath } from './resolve-path.ts';
import type { ResourceType } from './resource-types.ts';

export const PATCH_OP_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * Reads a PATCH body (RFC 7644 3.5.2) in the dialects of the identity providers. The answer has one operation for each attribute named:
 * operations without a path are spread out, and what they name of `id`, `meta`, `schemas` and other read-only attributes is left out.
 */
export function parsePatchRequest(
  body: JsonValue,
  resourceType: ResourceType,
  reading: Reading,
): readonly PatchOperation[] {
  const message = readMessage(body, PATCH_OP_URN, 'PATCH body', reading);
  const operations = messageMember(message, 'Operations');
  if (!isJsonArray(operations)) {
    throw invalidSyntax('A PATCH body needs "Operations", a list of add, replace and remove operations.');
  }
  if (operations.length === 0) {
    reading.leniency('empty-operations', 'Read a PATCH without operations as no change', 'invalidSyntax');
  }
  return operations.flatMap((operation, index) =>
    readOperation(operation, `Operations[${index}]`, resourceType, reading),
  );
}

function readOperation(
  operation: JsonValue,
  where: string,
  resourceType: ResourceType,
  reading: Reading,
): readonly PatchOperation[] {
  if (!isJsonObject(operation)) throw invalidSyntax(`${where} must be an object.`);
  const op = readOp(messageMember(operation, 'op'), where, reading);
  const pathText = messageMember(operation, 'path');
  const hasValue = Object.keys(operation).some((key) => key.toLowerCase() === 'value');
  const value = messageMember(operation, 'value');
  if (op !== 'remove' && !hasValue) {
    throw invalidValue(`${where} is ${op === 'add' ? 'an add' : 'a replace'} without "value".`);
  }
  if (pathText === null) {
    if (op === 'remove') throw noTarget(`${where} is a remove without "path"; name what to remove.`);
    return expandPathless(op, value, where, resourceType, reading);
  }
  if (typeof pathText !== 'string') throw invalidPath(`${where}.path must be text.`);
  const path = resolvePath(parseAttributePath(pathText, reading), resourceType, reading);
  if (path.kind === 'extension' && op !== 'remove') {
    return expandExtension(op, path.schema, value, where, resourceType, reading);
  }
  return operationAt(op, path, value, `${where} (${describePath(path)})`, reading);
}

function readOp(op: JsonValue, where: string, reading: Reading): PatchOp {
  const text = typeof op === 'string' ? op.toLowerCase() : '';
  if (text !== 'add' && text !== 'replace' && text !== 'remove') {
    throw invalidSyntax(`${where}.op must be "add", "replace" or "remove".`);
  }
  if (op !== text) {
    reading.leniency('op-case', `Read the operators of a PATCH ignoring case`, 'invalidSyntax');
  }
  return text;
}
