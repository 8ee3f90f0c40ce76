import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { SettingsChangedError } from '../errors.ts';

/** The settings under which a request was read. */
export type ReadUnder = Pick<AccountSettings, 'version' | 'customSchemas'>;

/**
 * A request is read before the account is locked, under settings that may be 750 ms old. Throws SettingsChangedError if it
 * was read by other schemas than those in force now: what it writes might be values that nobody may have any more.
 */
export function assertReadUnder(readUnder: ReadUnder | undefined, inForce: ReadUnder): void {
  if (readUnder === undefined || readUnder.version === inForce.version) return;
  if (isDeepStrictEqual(readUnder.customSchemas, inForce.customSchemas)) return;
  throw new SettingsChangedError();
}
