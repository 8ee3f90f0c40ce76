import { sameIgnoringCase, workEmail } from '@rollcall/domain/users/email-addresses';
import type { User } from '@rollcall/domain/users/user';
import { isJsonArray, isJsonObject, type JsonValue, ownValue } from '@rollcall/scim-protocol/json';
import { matchesEntry } from '@rollcall/scim-protocol/match-filter';
import type { PatchOperation } from '@rollcall/scim-protocol/patch-operation';

/**
 * Whether an operation says the user name or the work e-mail that the person has now: only that cancels a change of
 * address that waits for confirmation. An operation on another e-mail says nothing about it.
 */
export function sendsAddress({ path, value }: PatchOperation, current: User): boolean {
  if (path.kind !== 'attribute') return false;
  const { name } = path.attribute;
  if (name === 'userName') return isCurrentAddress(value, current);
  if (name !== 'emails') return false;
  if (path.filter === undefined) return isCurrentAddress(value, current);
  const emails = current.attributes['emails'];
  const work = isJsonArray(emails) ? emails[workEmail(current.attributes)?.index ?? -1] : undefined;
  return isJsonObject(work) && matchesEntry(work, path.filter) && isCurrentAddress(value, current);
}

function isCurrentAddress(value: JsonValue | undefined, current: User): boolean {
  if (typeof value === 'string') return sameIgnoringCase(value, current.userName);
  if (isJsonArray(value)) return value.some((entry) => isCurrentAddress(entry, current));
  return isJsonObject(value) && isCurrentAddress(ownValue(value, 'value'), current);
}
