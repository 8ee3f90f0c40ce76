import {
  type AccountSettings,
  readAccountSettings,
  type ScimConfiguration,
} from '../accounts/account-settings.ts';
import { getAccount } from '../accounts/find-accounts.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { JsonObject } from '../json.ts';
import { reassignLicenses } from '../licenses/reassign-licenses.ts';
import { isAvailable } from '../licenses/seats.ts';
import { assertVersion } from '../version-condition.ts';
import { announceSettingsChange } from './access-changes.ts';
import { assertScimAllowed } from './scim-preconditions.ts';

/** Settings that are left out, or undefined, stay as they are. */
export type ScimConfigurationChanges = {
  [Setting in Exclude<keyof ScimConfiguration, 'version'>]?: ScimConfiguration[Setting] | undefined;
};

export interface ScimConfigurationInput extends ScimConfigurationChanges {
  /** The version that the caller saw: refused when somebody else changed the settings since. */
  expectedVersion?: number | undefined;
}

export interface ScimConfigurationUpdate {
  configuration: ScimConfiguration;
  /** How many people were given another license, or the same for another reason. */
  licensesChanged: number;
}

const SETTINGS = [
  'enabled',
  'providerKind',
  'allowManualUpdates',
  'manageLicenses',
  'unlicensedMembers',
  'defaultLicenseType',
  'userNamePolicy',
  'dialects',
  'cursorPagination',
  'unprovisionedSignIn',
] as const satisfies readonly (keyof ScimConfigurationChanges)[];

/**
 * Changes how SCIM works for the account, and decides licenses anew where the change bears on them. What is as it was
 * already is not written. Throws ForbiddenError, VersionMismatchError and
 * RefusedError('plan_too_small' | 'sso_not_connected' | 'license_unavailable').
 */
export async function updateScimConfiguration(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { expectedVersion, ...changes }: ScimConfigurationInput,
  now: Date,
): Promise<ScimConfigurationUpdate> {
  assertRight(caller, 'settings:write');
  const [, settings, account] = await Promise.all([
    lockAccount(trx, accountId),
    readAccountSettings(trx, accountId),
    getAccount(trx, accountId),
  ]);
  const before = settings.scim;
  if (expectedVersion !== undefined) assertVersion(before.version, { oneOf: [expectedVersion] });
  const after = withChanges(before, changes);
  const changed = SETTINGS.filter((setting) => after[setting] !== before[setting]);
  if (changed.length === 0) return { configuration: before, licensesChanged: 0 };
  if (changed.includes('enabled') && after.enabled) assertScimAllowed(account);
  if (changed.includes('defaultLicenseType')) assertDefaultAvailable(settings, after);
  await writeConfiguration(trx, accountId, after, now);
  const licensesChanged = bearsOnLicenses(before, after)
    ? await reassignLicenses(trx, caller.actor, accountId, now)
    : 0;
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'scim_configuration.changed',
    target: { kind: 'scim_configuration' },
    detail: { before: pick(before, changed), after: pick(after, changed), licensesChanged },
  });
  announceSettingsChange(trx, accountId);
  return { configuration: after, licensesChanged };
}

function withChanges(before: ScimConfiguration, changes: ScimConfigurationChanges): ScimConfiguration {
  const given = Object.fromEntries(
    SETTINGS.flatMap((setting) => (changes[setting] === undefined ? [] : [[setting, changes[setting]]])),
  );
  return { ...before, ...given, version: before.version + 1 };
}

function assertDefaultAvailable(settings: AccountSettings, after: ScimConfiguration): void {
  if (isAvailable(settings, after.defaultLicenseType)) return;
  throw new RefusedError(
    'license_unavailable',
    `${after.defaultLicenseType} cannot be the default license: this account has no seats for it. Give it seats first, or choose another default.`,
    { facts: { licenseType: after.defaultLicenseType } },
  );
}

/**
 * Asserted types and the SCIM switch over mappings come and go with these settings. A new default moves nobody who has a
 * license, and switching SCIM off leaves licenses to the next sign-in.
 */
function bearsOnLicenses(before: ScimConfiguration, after: ScimConfiguration): boolean {
  return after.enabled && (!before.enabled || before.manageLicenses !== after.manageLicenses);
}

async function writeConfiguration(
  trx: Trx,
  accountId: string,
  scim: ScimConfiguration,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('scim_configurations')
    .set({
      enabled: scim.enabled,
      provider_kind: scim.providerKind,
      allow_manual_updates: scim.allowManualUpdates,
      manage_licenses: scim.manageLicenses,
      unlicensed_members: scim.unlicensedMembers,
      default_license_type: scim.defaultLicenseType,
      user_name_policy: scim.userNamePolicy,
      dialects: scim.dialects,
      cursor_pagination: scim.cursorPagination,
      unprovisioned_sign_in: scim.unprovisionedSignIn,
      version: scim.version,
      updated_at: now,
    })
    .where('account_id', '=', accountId)
    .execute();
}

function pick(scim: ScimConfiguration, settings: readonly (typeof SETTINGS)[number][]): JsonObject {
  return Object.fromEntries(settings.map((setting) => [setting, scim[setting]]));
}
