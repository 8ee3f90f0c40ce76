import { type CustomSchema, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import type { JsonObject } from '../json.ts';
import { givenAccount } from '../testing/accounts.ts';
import { type IdentityProvider, identityProvider } from '../testing/provisioning.ts';
import { changeSchema, previewSchemaChange, type SchemaChange } from './change-schema.ts';
import { defineSchema } from './define-schema.ts';
import { finishDeletions } from './finish-deletions.ts';
import { previewSchemaRemoval, removeSchema, type SchemaRemoval } from './remove-schema.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };

export const PAYROLL_URN = 'urn:example:scim:Payroll';

/** A schema document with one attribute for each argument: its characteristics, or its name alone for a string. */
export function payroll(...attributes: readonly (JsonObject | string)[]): JsonObject {
  return {
    id: PAYROLL_URN,
    name: 'Payroll',
    description: 'What payroll knows.',
    attributes: attributes.map((each) => (typeof each === 'string' ? { name: each, type: 'string' } : each)),
  };
}

/** An account with an administrator of its schemas and an identity provider. */
export interface SchemaWorld {
  db: Database;
  accountId: string;
  idp: IdentityProvider;
  define(document: unknown, resourceType?: CustomSchema['resourceType']): Promise<CustomSchema>;
  change(document: unknown, deleteValues?: boolean): Promise<SchemaChange>;
  remove(urn: string, deleteValues?: boolean): Promise<SchemaRemoval>;
  previewChange(document: unknown): Promise<SchemaChange>;
  previewRemoval(urn: string): Promise<SchemaRemoval>;
  finish(urn: string): Promise<number>;
  /** What requests are judged by. */
  inForce(): Promise<readonly CustomSchema[]>;
  settingsVersion(): Promise<number>;
  /** A person with values of the schema; gives their id. */
  personWith(userName: string, values: JsonObject, urn?: string): Promise<string>;
  /** A person's stored values of the schema, and their version. */
  valuesOf(userId: string, urn?: string): Promise<{ values: unknown; version: number }>;
  events(): Promise<string[]>;
}

export async function givenSchemas(db: Database): Promise<SchemaWorld> {
  const account = await givenAccount(db);
  const { accountId } = account;
  const idp = identityProvider(db, account);
  return {
    db,
    accountId,
    idp,
    define: (document, resourceType = 'User') =>
      inTransaction(db, (trx) =>
        defineSchema(trx, OPERATOR, accountId, { resourceType, document }, new Date()),
      ),
    change: (document, deleteValues = false) =>
      inTransaction(db, (trx) =>
        changeSchema(trx, OPERATOR, accountId, { document, deleteValues }, new Date()),
      ),
    remove: (urn, deleteValues = false) =>
      inTransaction(db, (trx) => removeSchema(trx, OPERATOR, accountId, { urn, deleteValues }, new Date())),
    previewChange: (document) => previewSchemaChange(db, accountId, document),
    previewRemoval: (urn) => previewSchemaRemoval(db, accountId, urn),
    finish: (urn) => finishDeletions(db, OPERATOR, accountId, urn, () => new Date()),
    inForce: async () => (await readAccountSettings(db, accountId)).customSchemas,
    settingsVersion: async () => (await readAccountSettings(db, accountId)).version,
    async personWith(userName, values, urn = PAYROLL_URN) {
      const person = { userName: `${userName}@acme.example`, attributes: { title: 'Clerk', [urn]: values } };
      return (await idp.post(person)).id;
    },
    async valuesOf(userId, urn = PAYROLL_URN) {
      const row = await db
        .selectFrom('users')
        .select(['attributes', 'version'])
        .where('account_id', '=', accountId)
        .where('id', '=', userId)
        .executeTakeFirstOrThrow();
      const attributes = new Map(Object.entries(row.attributes ?? {}));
      return { values: attributes.get(urn), version: row.version };
    },
    async events() {
      const rows = await db
        .selectFrom('audit_events')
        .select('kind')
        .where('account_id', '=', accountId)
        .where('target_kind', '=', 'custom_schema')
        .orderBy('id')
        .execute();
      return rows.map(({ kind }) => kind);
    },
  };
}
