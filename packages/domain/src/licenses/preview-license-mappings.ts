import type { Kysely } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { RefusedError } from '../errors.ts';
import {
  type LicenseMappingChanges,
  mappingObstacles,
  type PlannedMappings,
  planMappings,
} from './license-mappings.ts';
import { type LicensePreview, NO_LICENSE_CHANGES, previewLicenses } from './license-preview.ts';
import { licensingFacts, moveFacts } from './licensing-facts.ts';
import type { LicenseMove } from './license-moves.ts';
import { LICENSE_TYPES } from './license-type.ts';
import { assertAsPreviewed, type PreviewGround, previewToken } from './preview-token.ts';

export interface LicenseMappingsPreview {
  /** Why the change would be refused; empty when it would not. */
  obstacles: readonly RefusedError[];
  licenses: LicensePreview;
  /** For `setLicenseMappings`, to apply exactly this or hear what has changed. */
  token: string;
}

/**
 * Whose license would change if these mappings were set, from what to what, and why. Writes nothing. Throws ForbiddenError
 * and InvalidInputError.
 */
export async function previewLicenseMappings(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  mappings: LicenseMappingChanges,
  now: Date,
): Promise<LicenseMappingsPreview> {
  assertRight(caller, 'licenses:read');
  const planned = planMappings(await readAccountSettings(db, accountId), mappings);
  const licenses = await licensesUnder(db, planned);
  return {
    obstacles: mappingObstacles(planned),
    licenses,
    token: previewToken(groundOf(planned, mappings, licenses), now),
  };
}

/**
 * Under the account's lock, what the preview said in numbers. Throws PlanChangedError, and InvalidInputError for the token of
 * another change.
 */
export async function assertMappingsAsPreviewed(
  trx: Trx,
  planned: PlannedMappings,
  mappings: LicenseMappingChanges,
  token: string,
): Promise<readonly LicenseMove[]> {
  const licenses = await licensesUnder(trx, planned);
  await assertAsPreviewed(trx, planned.before.accountId, token, groundOf(planned, mappings, licenses));
  return licenses.moves;
}

function groundOf(
  { before }: PlannedMappings,
  mappings: LicenseMappingChanges,
  { changes, moves }: LicensePreview,
): PreviewGround {
  const input = LICENSE_TYPES.map((licenseType) => mappings[licenseType]?.toSorted() ?? null);
  return { input, facts: { ...licensingFacts(before), ...moveFacts(moves) }, changes };
}

async function licensesUnder(db: Kysely<DB>, { after, changed }: PlannedMappings): Promise<LicensePreview> {
  return changed.length === 0 ? NO_LICENSE_CHANGES : previewLicenses(db, after);
}
