import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { NotFoundError } from '../errors.ts';
import { selectSchema, selectSchemas } from './custom-schemas.repository.ts';
import type { StoredSchema } from './custom-schema.ts';

/** The account's own schemas, those included whose values are still being deleted. */
export function listSchemas(db: Kysely<DB>, accountId: string): Promise<StoredSchema[]> {
  return selectSchemas(db, accountId);
}

/** The schema with the URN, in any letter case. Throws NotFoundError. */
export async function getSchema(db: Kysely<DB>, accountId: string, urn: string): Promise<StoredSchema> {
  const stored = await selectSchema(db, accountId, urn);
  if (stored !== undefined) return stored;
  throw new NotFoundError(
    `The account has no schema of its own with the URN ${JSON.stringify(urn.slice(0, 200))}.`,
  );
}
