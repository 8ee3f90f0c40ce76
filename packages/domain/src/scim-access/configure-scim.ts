import { readAccountSettings, type ScimConfiguration } from '../accounts/account-settings.ts';
import { getAccount } from '../accounts/find-accounts.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import type { JsonObject } from '../json.ts';
import { NOTHING_REASSIGNED, type Reassignment, reassignLicenses } from '../licenses/reassign-licenses.ts';
import { assertVersion } from '../version-condition.ts';
import { announceSettingsChange } from './access-changes.ts';
import {
  planConfiguration,
  type ScimConfigurationChanges,
  type ScimSetting,
} from './plan-scim-configuration.ts';
import { assertConfigurationAsPreviewed } from './preview-scim-configuration.ts';

export interface ScimConfigurationInput extends ScimConfigurationChanges {
  /** The version that the caller saw: refused when somebody else changed the settings since. */
  expectedVersion?: number | undefined;
  /** Of the preview that the caller saw: refused when applying would do something else by now. */
  previewToken?: string | undefined;
}

export interface ScimConfigurationUpdate extends Reassignment {
  configuration: ScimConfiguration;
}

/**
 * Changes how SCIM works for the account, and decides licenses anew where the change bears on them. What is as it was
 * already is not written. Throws ForbiddenError, VersionMismatchError, PlanChangedError and
 * RefusedError('plan_too_small' | 'sso_not_connected' | 'license_unavailable').
 */
export async function updateScimConfiguration(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { expectedVersion, previewToken, ...changes }: ScimConfigurationInput,
  now: Date,
): Promise<ScimConfigurationUpdate> {
  assertRight(caller, 'settings:write');
  const [, settings, account] = await Promise.all([
    lockAccount(trx, accountId),
    readAccountSettings(trx, accountId),
    getAccount(trx, accountId),
  ]);
  if (expectedVersion !== undefined) assertVersion(settings.scim.version, { oneOf: [expectedVersion] });
  const planned = planConfiguration(settings, account, changes);
  const previewed =
    previewToken === undefined
      ? null
      : await assertConfigurationAsPreviewed(trx, planned, changes, previewToken);
  const { before, after, changed } = planned;
  if (changed.length === 0) return { configuration: before.scim, ...NOTHING_REASSIGNED };
  const [obstacle] = planned.obstacles;
  if (obstacle !== undefined) throw obstacle;
  await writeConfiguration(trx, accountId, after.scim, now);
  const reassignment = planned.bearsOnLicenses
    ? await reassignLicenses(trx, caller.actor, after, previewed, now)
    : NOTHING_REASSIGNED;
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'scim_configuration.changed',
    target: { kind: 'scim_configuration' },
    detail: {
      before: pick(before.scim, changed),
      after: pick(after.scim, changed),
      licensesChanged: reassignment.licensesChanged,
    },
  });
  announceSettingsChange(trx, accountId);
  return { configuration: after.scim, ...reassignment };
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

function pick(scim: ScimConfiguration, settings: readonly ScimSetting[]): JsonObject {
  return Object.fromEntries(settings.map((setting) => [setting, scim[setting]]));
}
