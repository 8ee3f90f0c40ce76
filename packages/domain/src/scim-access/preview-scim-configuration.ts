import type { Kysely } from 'kysely';
import { readAccountSettings, type ScimConfiguration } from '../accounts/account-settings.ts';
import { getAccount } from '../accounts/find-accounts.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { RefusedError } from '../errors.ts';
import type { LicenseMove } from '../licenses/license-moves.ts';
import { type LicensePreview, NO_LICENSE_CHANGES, previewLicenses } from '../licenses/license-preview.ts';
import { factOf, licensingFacts, moveFacts } from '../licenses/licensing-facts.ts';
import { assertAsPreviewed, type PreviewGround, previewToken } from '../licenses/preview-token.ts';
import { findAdministratorsByDefaultGroup } from './effect-figures.repository.ts';
import {
  type PlannedConfiguration,
  planConfiguration,
  SCIM_SETTINGS,
  type ScimConfigurationChanges,
  type ScimSetting,
} from './plan-scim-configuration.ts';
import type { SettingEffect } from './setting-effect.ts';
import { settingEffects } from './setting-effects.ts';

export interface ScimConfigurationPreview {
  before: ScimConfiguration;
  after: ScimConfiguration;
  /** The settings that would be others. */
  changed: readonly ScimSetting[];
  /** Why the change would be refused; empty when it would not. */
  obstacles: readonly RefusedError[];
  effects: readonly SettingEffect[];
  /** Whose license applying changes at once. */
  licenses: LicensePreview;
  /**
   * Whose license the next sign-in would change, from the groups of the last one; null where the change leaves that as it is.
   * What sign-ins do to groups is groups/preview-sign-in-groups.
   */
  licensesAtSignIn: LicensePreview | null;
  /** For `updateScimConfiguration`, to apply exactly this or hear what has changed. */
  token: string;
}

/** What a change of the SCIM configuration would bring about. Writes nothing. Throws ForbiddenError. */
export async function previewScimConfiguration(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  changes: ScimConfigurationChanges,
  now: Date,
): Promise<ScimConfigurationPreview> {
  assertRight(caller, 'settings:read');
  const [settings, account] = await Promise.all([
    readAccountSettings(db, accountId),
    getAccount(db, accountId),
  ]);
  const planned = planConfiguration(settings, account, changes);
  const [effects, licenses, licensesAtSignIn, ground] = await Promise.all([
    settingEffects(db, planned, account.ssoProviderKind, now),
    licensesAtOnce(db, planned),
    leavesLicensesToSignIn(planned) ? previewLicenses(db, planned.after) : null,
    administratorFacts(db, planned),
  ]);
  return {
    before: planned.before.scim,
    after: planned.after.scim,
    changed: planned.changed,
    obstacles: planned.obstacles,
    effects,
    licenses,
    licensesAtSignIn,
    token: previewToken(groundOf(planned, changes, licenses, ground), now),
  };
}

/**
 * Under the account's lock, what the preview said in numbers. Throws PlanChangedError, and InvalidInputError for the token of
 * another change.
 */
export async function assertConfigurationAsPreviewed(
  trx: Trx,
  planned: PlannedConfiguration,
  changes: ScimConfigurationChanges,
  token: string,
): Promise<readonly LicenseMove[]> {
  const [licenses, administrators] = await Promise.all([
    licensesAtOnce(trx, planned),
    administratorFacts(trx, planned),
  ]);
  const ground = groundOf(planned, changes, licenses, administrators);
  await assertAsPreviewed(trx, planned.before.accountId, token, ground);
  return licenses.moves;
}

async function licensesAtOnce(db: Kysely<DB>, planned: PlannedConfiguration): Promise<LicensePreview> {
  return planned.bearsOnLicenses ? previewLicenses(db, planned.after) : NO_LICENSE_CHANGES;
}

/** Switched off, SCIM leaves licenses to sign-ins; a new default shows where mappings match nothing. */
function leavesLicensesToSignIn({ before, after, changed, bearsOnLicenses }: PlannedConfiguration): boolean {
  if (bearsOnLicenses) return false;
  const isDisabling = before.scim.enabled && !after.scim.enabled;
  return isDisabling || (changed.includes('defaultLicenseType') && after.licenseMappings.length > 0);
}

/** Who could be locked out by enabling: applying refuses when that is somebody else by now. */
async function administratorFacts(
  db: Kysely<DB>,
  { before, after, changed }: PlannedConfiguration,
): Promise<Readonly<Record<string, string>>> {
  if (!changed.includes('enabled') || !after.scim.enabled) return {};
  const { count, examples } = await findAdministratorsByDefaultGroup(db, before.accountId);
  const names = examples.map(({ name }) => name).join(', ');
  return { 'Administrators only by a default group': count === 0 ? 'none' : `${count} (${names})` };
}

function groundOf(
  { before }: PlannedConfiguration,
  changes: ScimConfigurationChanges,
  { changes: licenseChanges, moves }: LicensePreview,
  administrators: Readonly<Record<string, string>>,
): PreviewGround {
  const settings = SCIM_SETTINGS.map((setting): [string, string] => [setting, factOf(before.scim[setting])]);
  return {
    input: SCIM_SETTINGS.map((setting) => changes[setting] ?? null),
    facts: {
      ...Object.fromEntries(settings),
      ...licensingFacts(before),
      ...administrators,
      ...moveFacts(moves),
    },
    changes: licenseChanges,
  };
}
