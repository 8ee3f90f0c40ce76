import { type Kysely, sql } from 'kysely';
import {
  type AccountSettings,
  type LicenseMapping,
  readAccountSettings,
} from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { areSameGroups, readIdpGroups } from '../sso/idp-groups.ts';
import { assertVersion } from '../version-condition.ts';
import { LICENSE_TYPES, type LicenseType } from './license-type.ts';
import { reassignLicenses } from './reassign-licenses.ts';
import { isAvailable } from './seats.ts';

export interface LicenseMappingsInput {
  /** The groups of each license type that is named, instead of those before; none ends the mapping of that type. */
  mappings: Partial<Record<LicenseType, readonly string[]>>;
  /** The version of the account's settings that the caller saw: refused when somebody else changed them since. */
  expectedVersion?: number | undefined;
}

/**
 * Sets which groups of the identity provider give which license types, and decides everybody's license anew at once, from
 * the groups of their last sign-in. Throws ForbiddenError, InvalidInputError, VersionMismatchError and
 * RefusedError('license_unavailable') for a type that the account does not have.
 */
export async function setLicenseMappings(
  trx: Trx,
  caller: Caller,
  accountId: string,
  { mappings, expectedVersion }: LicenseMappingsInput,
  now: Date,
): Promise<{ licensesChanged: number }> {
  assertRight(caller, 'licenses:write');
  const wanted = readMappings(mappings);
  const [, settings] = await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  if (expectedVersion !== undefined) assertVersion(settings.version, { oneOf: [expectedVersion] });
  const changed = wanted.filter(
    ({ licenseType, idpGroups }) => !areSameGroups(groupsOf(settings, licenseType), idpGroups),
  );
  if (changed.length === 0) return { licensesChanged: 0 };
  for (const mapping of changed) assertMappable(settings, mapping);
  await Promise.all(changed.map((mapping) => replaceMapping(trx, accountId, mapping)));
  const licensesChanged = await reassignLicenses(trx, caller.actor, accountId, now);
  for (const { licenseType, idpGroups } of changed) {
    const before = groupsOf(settings, licenseType).toSorted();
    appendAuditEvent(trx, caller.actor, accountId, now, {
      kind: 'license_mapping.changed',
      target: { kind: 'license_mapping' },
      detail: { licenseType, before, after: idpGroups.toSorted(), licensesChanged },
    });
  }
  announceSettingsChange(trx, accountId);
  return { licensesChanged };
}

/** In the order of precedence. */
export async function listLicenseMappings(db: Kysely<DB>, accountId: string): Promise<LicenseMapping[]> {
  const { licenseMappings } = await readAccountSettings(db, accountId);
  return LICENSE_TYPES.flatMap((licenseType) =>
    licenseMappings
      .filter((mapping) => mapping.licenseType === licenseType)
      .map(({ idpGroups }) => ({ licenseType, idpGroups: idpGroups.toSorted() })),
  );
}

function readMappings(mappings: LicenseMappingsInput['mappings']): readonly LicenseMapping[] {
  return LICENSE_TYPES.flatMap((licenseType) => {
    const idpGroups = mappings[licenseType];
    return idpGroups === undefined
      ? []
      : [{ licenseType, idpGroups: readIdpGroups(idpGroups, `mappings.${licenseType}`) }];
  });
}

function groupsOf(settings: AccountSettings, licenseType: LicenseType): readonly string[] {
  return settings.licenseMappings.find((mapping) => mapping.licenseType === licenseType)?.idpGroups ?? [];
}

function assertMappable(settings: AccountSettings, { licenseType, idpGroups }: LicenseMapping): void {
  if (idpGroups.length === 0 || isAvailable(settings, licenseType)) return;
  throw new RefusedError(
    'license_unavailable',
    `This account has no ${licenseType} licenses to map groups to. Give it seats first.`,
    { facts: { licenseType } },
  );
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
