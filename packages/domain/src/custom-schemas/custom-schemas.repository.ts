import { type Kysely, sql } from 'kysely';
import type { AttributeDefinition, SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import type { CustomSchema } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { StoredSchema } from './custom-schema.ts';
import type { AttributePath } from './schema-difference.ts';

/** All of the account's schemas, in the order of their URNs. */
export async function selectSchemas(db: Kysely<DB>, accountId: string): Promise<StoredSchema[]> {
  const { rows } = await sql<SchemaRow>`
    select s.id, s.resource_type, s.urn, s.name, s.description, s.attributes, s.retired, s.version, s.created_at,
      s.updated_at, s.removed_at
    from custom_schemas s where s.account_id = ${accountId} order by s.urn_lower`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    resourceType: row.resource_type,
    schema: { id: row.urn, name: row.name, description: row.description, attributes: row.attributes },
    retired: row.retired,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: row.removed_at,
  }));
}

interface SchemaRow {
  id: string;
  resource_type: CustomSchema['resourceType'];
  urn: string;
  name: string;
  description: string;
  attributes: readonly AttributeDefinition[];
  retired: readonly AttributePath[];
  version: number;
  created_at: Date;
  updated_at: Date;
  removed_at: Date | null;
}

/** The schema with the URN, in any letter case. */
export async function selectSchema(
  db: Kysely<DB>,
  accountId: string,
  urn: string,
): Promise<StoredSchema | undefined> {
  const schemas = await selectSchemas(db, accountId);
  return schemas.find(({ schema }) => schema.id.toLowerCase() === urn.toLowerCase());
}

export async function insertSchema(trx: Trx, accountId: string, stored: StoredSchema): Promise<void> {
  const { schema } = stored;
  await trx
    .insertInto('custom_schemas')
    .values({
      account_id: accountId,
      id: stored.id,
      resource_type: stored.resourceType,
      urn: schema.id,
      ...contentOf(schema),
      version: stored.version,
      created_at: stored.createdAt,
      updated_at: stored.updatedAt,
    })
    .execute();
}

export async function updateSchema(trx: Trx, accountId: string, stored: StoredSchema): Promise<void> {
  await trx
    .updateTable('custom_schemas')
    .set({
      ...contentOf(stored.schema),
      retired: JSON.stringify(stored.retired),
      version: stored.version,
      updated_at: stored.updatedAt,
      removed_at: stored.removedAt,
    })
    .where('account_id', '=', accountId)
    .where('id', '=', stored.id)
    .execute();
}

export async function deleteSchema(trx: Trx, accountId: string, id: string): Promise<void> {
  await trx.deleteFrom('custom_schemas').where('account_id', '=', accountId).where('id', '=', id).execute();
}

function contentOf({ name, description, attributes }: SchemaDefinition) {
  return { name, description, attributes: JSON.stringify(attributes) };
}
