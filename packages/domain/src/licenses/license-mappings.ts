import type { Kysely } from 'kysely';
import {
  type AccountSettings,
  type LicenseMapping,
  readAccountSettings,
} from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { RefusedError } from '../errors.ts';
import { areSameGroups, readIdpGroups } from '../sso/idp-groups.ts';
import { LICENSE_TYPES, type LicenseType } from './license-type.ts';
import { isAvailable } from './seats.ts';

/** The groups of each license type that is named, instead of those before; none ends the mapping of that type. */
export type LicenseMappingChanges = Partial<Record<LicenseType, readonly string[]>>;

/** In the order of precedence. */
export async function listLicenseMappings(db: Kysely<DB>, accountId: string): Promise<LicenseMapping[]> {
  return mappingsOf(await readAccountSettings(db, accountId));
}

export function mappingsOf({ licenseMappings }: AccountSettings): LicenseMapping[] {
  return LICENSE_TYPES.flatMap((licenseType) =>
    licenseMappings
      .filter((mapping) => mapping.licenseType === licenseType)
      .map(({ idpGroups }) => ({ licenseType, idpGroups: idpGroups.toSorted() })),
  );
}

/** What a change makes of the settings; the mappings that are as they were already are not in it. */
export interface PlannedMappings {
  before: AccountSettings;
  after: AccountSettings;
  changed: readonly LicenseMapping[];
}

/** Throws InvalidInputError. */
export function planMappings(before: AccountSettings, mappings: LicenseMappingChanges): PlannedMappings {
  const changed = readMappings(mappings).filter(
    ({ licenseType, idpGroups }) => !areSameGroups(groupsOf(before, licenseType), idpGroups),
  );
  return { before, after: withMappings(before, changed), changed };
}

/** Why the change is refused, for each mapping that the account cannot have. */
export function mappingObstacles({ before, changed }: PlannedMappings): readonly RefusedError[] {
  return changed.flatMap(({ licenseType, idpGroups }) =>
    idpGroups.length === 0 || isAvailable(before, licenseType) ? [] : [notMappable(licenseType)],
  );
}

function readMappings(mappings: LicenseMappingChanges): readonly LicenseMapping[] {
  return LICENSE_TYPES.flatMap((licenseType) => {
    const idpGroups = mappings[licenseType];
    return idpGroups === undefined
      ? []
      : [{ licenseType, idpGroups: readIdpGroups(idpGroups, `mappings.${licenseType}`).toSorted() }];
  });
}

export function groupsOf(settings: AccountSettings, licenseType: LicenseType): readonly string[] {
  return settings.licenseMappings.find((mapping) => mapping.licenseType === licenseType)?.idpGroups ?? [];
}

/** The settings with those mappings instead of theirs. */
function withMappings(settings: AccountSettings, mappings: readonly LicenseMapping[]): AccountSettings {
  const kept = settings.licenseMappings.filter(
    ({ licenseType }) => !mappings.some((mapping) => mapping.licenseType === licenseType),
  );
  const set = mappings.filter(({ idpGroups }) => idpGroups.length > 0);
  return { ...settings, licenseMappings: [...kept, ...set] };
}

function notMappable(licenseType: LicenseType): RefusedError {
  return new RefusedError(
    'license_unavailable',
    `This account has no ${licenseType} licenses to map groups to. Give it seats first.`,
    { facts: { licenseType } },
  );
}
