import { type Kysely, sql } from 'kysely';
import { type LicenseMapping, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccount } from '../database/locks.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { LICENSE_TYPES, type LicenseType } from './license-type.ts';
import { reassignLicenses } from './reassign-licenses.ts';
import { isAvailable } from './seats.ts';

const MOST_GROUPS = 1000;
const LONGEST_GROUP = 500;

/**
 * Sets which groups of the identity provider give a license type, instead of those set before; none ends the mapping.
 * Everybody's license is decided anew at once, from the groups of their last sign-in.
 * Throws RefusedError('license_unavailable') for a type that the account does not have.
 */
export async function setLicenseMapping(
  trx: Trx,
  actor: Actor,
  accountId: string,
  licenseType: LicenseType,
  idpGroups: readonly string[],
  now: Date,
): Promise<void> {
  const groups = readGroups(idpGroups);
  const [, settings] = await Promise.all([lockAccount(trx, accountId), readAccountSettings(trx, accountId)]);
  const before =
    settings.licenseMappings.find((mapping) => mapping.licenseType === licenseType)?.idpGroups ?? [];
  if (sameSet(before, groups)) return;
  if (groups.length > 0 && !isAvailable(settings, licenseType)) {
    throw new RefusedError(
      'license_unavailable',
      `This account has no ${licenseType} licenses to map groups to. Give it seats first.`,
    );
  }
  await replaceMapping(trx, accountId, licenseType, groups);
  const licensesChanged = await reassignLicenses(trx, actor, accountId, now);
  appendAuditEvent(trx, actor, accountId, now, {
    kind: 'license_mapping.changed',
    target: { kind: 'license_mapping' },
    detail: { licenseType, before: before.toSorted(), after: groups.toSorted(), licensesChanged },
  });
  announceSettingsChange(trx, accountId);
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

// Groups are compared exactly with those of a sign-in, so not even a blank is trimmed.
function readGroups(idpGroups: readonly string[]): readonly string[] {
  const groups = [...new Set(idpGroups)];
  const isGroup = (group: string) =>
    group.trim() !== '' && group.length <= LONGEST_GROUP && !/\p{Cc}|\p{Cs}/u.test(group);
  if (groups.length <= MOST_GROUPS && groups.every(isGroup)) return groups;
  throw new InvalidInputError(
    `A mapping takes up to ${MOST_GROUPS} names or ids of groups, of 1 to ${LONGEST_GROUP} characters and without control characters.`,
    'idpGroups',
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

async function replaceMapping(
  trx: Trx,
  accountId: string,
  licenseType: LicenseType,
  groups: readonly string[],
): Promise<void> {
  await Promise.all([
    sql`
      delete from sso_license_mappings m
      where m.account_id = ${accountId} and m.license_type = ${licenseType}`.execute(trx),
    sql`
      insert into sso_license_mappings (account_id, license_type, idp_group)
      select ${accountId}::uuid, ${licenseType}, idp_group from unnest(${groups}::text[]) as idp_group`.execute(
      trx,
    ),
  ]);
}
