import { violates } from '../database/constraint-violations.ts';
import { ConflictError } from '../errors.ts';

/** Runs a write that claims a display name; ConflictError if another group of the account has it. */
export async function claimingName(displayName: string, write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (violates(error, 'groups_display_name_key')) throw nameTaken(displayName, { cause: error });
    throw error;
  }
}

export function nameTaken(displayName: string, options?: { cause: unknown }): ConflictError {
  return new ConflictError(
    'display_name_taken',
    `The account has a group called ${JSON.stringify(displayName)} already (upper and lower case do not count). ` +
      'Look it up by displayName and update it, or choose another name.',
    options,
  );
}

export function nameReserved(displayName: string): ConflictError {
  return new ConflictError(
    'reserved_group_name',
    `${JSON.stringify(displayName)} is the name of one of the account's own default groups, which SCIM neither shows nor changes. ` +
      'Rename the group in the identity provider, or exclude it from provisioning.',
  );
}
