import { sql } from 'kysely';
import { type LicenseMapping, readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { assertVersion } from '../version-condition.ts';
import { groupsOf, type LicenseMappingChanges, mappingObstacles, planMappings } from './license-mappings.ts';
import { assertMappingsAsPreviewed } from './preview-license-mappings.ts';
import { NOTHING_REASSIGNED, type Reassignment, reassignLicenses } from './reassign-licenses.ts';

export interface LicenseMappingsInput {
  mappings: LicenseMappingChanges;
  /** The version of the account's settings that the caller saw: refused when somebody else changed them since. */
  expectedVersion?: number | undefined;
  /** Of the preview that the caller saw: refused when applying would do something else by now. */
  previewToken?: string | undefined;
}

/**
 * Sets which groups of the identity provider give which license types, and decides everybody's license anew at once, from
 * the groups of their last sign-in. Throws ForbiddenError, InvalidInputError, VersionMismatchError, PlanChangedError and
 * RefusedError('license_unavailable') for a type that the account does not have.
 */
export async function setLicenseMappings(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { mappings, expectedVersion, previewToken }: LicenseMappingsInput,
  now: Date,
): Promise<Reassignment> {
  assertRight(caller, 'licenses:write');
  const [, settings] = await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  if (expectedVersion !== undefined) assertVersion(settings.version, { oneOf: [expectedVersion] });
  const planned = planMappings(settings, mappings);
  const { changed, after } = planned;
  const [obstacle] = mappingObstacles(planned);
  if (obstacle !== undefined) throw obstacle;
  const previewed =
    previewToken === undefined ? null : await assertMappingsAsPreviewed(trx, planned, mappings, previewToken);
  if (changed.length === 0) return NOTHING_REASSIGNED;
  await Promise.all(changed.map((mapping) => replaceMapping(trx, accountId, mapping)));
  const reassignment = await reassignLicenses(trx, caller.actor, after, previewed, now);
  const { licensesChanged } = reassignment;
  for (const { licenseType, idpGroups } of changed) {
    const before = groupsOf(settings, licenseType).toSorted();
    appendAuditEvent(trx, caller.actor, accountId, now, {
      kind: 'license_mapping.changed',
      target: { kind: 'license_mapping' },
      detail: { licenseType, before, after: idpGroups.toSorted(), licensesChanged },
    });
  }
  announceSettingsChange(trx, accountId);
  return reassignment;
}

async function replaceMapping(
  trx: Trx,
  accountId: string,
  { licenseType, idpGroups }: LicenseMapping,
): Promise<void> {
  await Promise.all([
    sql`
      delete from sso_license_mappings m
      where m.account_id = ${accountId} and m.license_type = ${licenseType}`.execute(trx),
    sql`
      insert into sso_license_mappings (account_id, license_type, idp_group)
      select ${accountId}::uuid, ${licenseType}, idp_group from unnest(${idpGroups}::text[]) as idp_group`.execute(
      trx,
    ),
  ]);
}
