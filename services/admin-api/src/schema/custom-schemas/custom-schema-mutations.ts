import type { FieldMap } from '@pothos/core';
import type { SchemaChange } from '@rollcall/domain/custom-schemas/change-schema';
import {
  type ChangedSchema,
  createSchemaByHand,
  deleteSchemaByHand,
  previewSchemaUpdate,
  type SchemaWanted,
  updateSchemaByHand,
} from '@rollcall/domain/custom-schemas/schemas-by-hand';
import type { JsonValue } from '@rollcall/domain/json';
import { builder, type SchemaTypes } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { Conflict, NotFound, Refused, VersionMismatch } from '../../graphql/user-errors.ts';
import { JobRef } from '../jobs/job.ts';
import { CustomSchemaRef, ResourceTypeEnum } from './custom-schema.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

const DOCUMENT =
  'The whole schema as /Schemas prints it (RFC 7643 7): `id` (its URN), `name`, `description` and `attributes`. What is left out of an attribute has the RFC’s default.';
const DELETE_VALUES =
  'Confirms that the values of what is taken away are deleted, for good. Without it, what has values is not taken away.';
const EXPECTED_VERSION = 'The `version` that you saw: refused when somebody changed the schema since.';

const RemovedRef = builder.objectRef<SchemaChange['removed'][number]>('RemovedCustomAttribute').implement({
  description: 'An attribute that a change takes away.',
  fields: (t) => ({
    attribute: t.exposeString('attribute', { description: '`name`, or `name.part`.' }),
    withValues: t.exposeInt('withValues', {
      description: 'How many people or groups have a value of it.',
    }),
  }),
});

const ChangeRef = builder.objectRef<SchemaChange>('CustomSchemaChange').implement({
  description: 'What another version of a schema adds, changes and takes away.',
  fields: (t) => ({
    added: t.exposeStringList('added', { description: 'New attributes: `name`, or `name.part`.' }),
    changed: t.exposeStringList('changed', { description: 'Attributes that are otherwise than before.' }),
    removed: t.field({
      type: [RemovedRef],
      description: 'Attributes that go, with their values.',
      resolve: ({ removed }) => [...removed],
    }),
    impossible: t.exposeStringList('impossible', {
      description: 'Why the change cannot be made at all, a sentence each; empty where it can.',
    }),
  }),
});

const PreviewInput = builder.inputType('CustomSchemaPreviewInput', {
  description: 'Another version of a schema, to be supposed.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The schema.' }),
    document: t.field({ type: 'JSON', required: true, description: DOCUMENT }),
  }),
});

builder.queryField('customSchemaPreview', (t) =>
  t.field({
    type: ChangeRef,
    description: 'What `customSchemaUpdate` would do. Changes nothing.',
    authScopes: { right: 'settings:read' },
    args: { input: t.arg({ type: PreviewInput, required: true, description: 'The version to suppose.' }) },
    errors: { types: [NotFound, Conflict] },
    complexity: 100,
    resolve: (_root, { input }, { read, caller, accountId }) =>
      read((db) => previewSchemaUpdate(db, caller, accountId, wantedIn(input))),
  }),
);

builder.relayMutationField(
  'customSchemaCreate',
  {
    description: 'A new schema.',
    inputFields: (t) => ({
      resourceType: t.field({ type: ResourceTypeEnum, required: true, description: 'What it extends.' }),
      document: t.field({ type: 'JSON', required: true, description: DOCUMENT }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description:
      'Extends the users or groups of the account. Nothing of it is required of anybody; identity providers find it in /Schemas within a second.',
    authScopes: { right: 'settings:write' },
    errors: { types: [Conflict, NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { resourceType, document = null, idempotencyKey } = input;
      const wanted = { resourceType, document, idempotencyKey: idempotencyKey ?? undefined };
      return write(async (trx) => ({
        schema: await createSchemaByHand(trx, caller, accountId, wanted, now),
      }));
    },
  },
  { description: 'The schema is in force.', outputFields: (t) => schemaField(t) },
);

builder.relayMutationField(
  'customSchemaUpdate',
  {
    description: 'Another version of a schema.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The schema.' }),
      document: t.field({ type: 'JSON', required: true, description: DOCUMENT }),
      deleteValues: t.boolean({ description: DELETE_VALUES }),
      expectedVersion: t.int({ description: EXPECTED_VERSION }),
    }),
  },
  {
    description:
      'Puts another version in the place of a schema. What would make stored values wrong is refused; attributes go with their values, which has to be confirmed.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound, Conflict, VersionMismatch, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const wanted = { ...conditionOf(input), ...wantedIn(input) };
      return write((trx) => updateSchemaByHand(trx, caller, accountId, wanted, now));
    },
  },
  {
    description: 'The schema is as the document says.',
    outputFields: (t) => ({
      ...schemaField(t),
      ...deletionField(t),
      change: t.expose('change', { type: ChangeRef, description: 'What is different.' }),
    }),
  },
);

builder.relayMutationField(
  'customSchemaDelete',
  {
    description: 'A schema to take away.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The schema.' }),
      deleteValues: t.boolean({ description: DELETE_VALUES }),
      expectedVersion: t.int({ description: EXPECTED_VERSION }),
    }),
  },
  {
    description:
      'Takes a schema away: from now on nobody sees it or its values, which a job deletes. Its URN is free when the job is done. Doing it again begins a job that failed anew.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound, VersionMismatch, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) =>
        deleteSchemaByHand(trx, caller, accountId, { ...conditionOf(input), id: schemaId(input) }, now),
      ),
  },
  {
    description: 'The schema is no longer in force.',
    outputFields: (t) => ({ ...schemaField(t), ...deletionField(t) }),
  },
);

function schemaField(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, Pick<ChangedSchema, 'schema'>>,
): FieldMap {
  return {
    customSchema: t.expose('schema', { type: CustomSchemaRef, description: 'The schema as it is now.' }),
  };
}

function deletionField(t: PothosSchemaTypes.ObjectFieldBuilder<Types, ChangedSchema>): FieldMap {
  return {
    deletion: t.expose('deletion', {
      type: JobRef,
      nullable: true,
      description: 'The job that deletes the values of what was taken away; null where nothing was.',
    }),
  };
}

// The type of JSON has null in it, so that it looks optional.
function wantedIn({
  document = null,
  ...input
}: {
  id: string;
  document?: JsonValue | undefined;
}): SchemaWanted {
  return { id: schemaId(input), document };
}

function schemaId({ id }: { id: string }): string {
  return rowId(id, 'CustomSchema');
}

function conditionOf(input: {
  deleteValues?: boolean | null | undefined;
  expectedVersion?: number | null | undefined;
}) {
  return {
    deleteValues: input.deleteValues ?? false,
    expectedVersion: input.expectedVersion ?? undefined,
  };
}
