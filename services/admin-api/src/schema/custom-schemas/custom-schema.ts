import type { CustomSchema } from '@rollcall/domain/accounts/account-settings';
import { valuesOf } from '@rollcall/domain/custom-schemas/change-schema';
import type { StoredSchema } from '@rollcall/domain/custom-schemas/custom-schema';
import { listSchemas } from '@rollcall/domain/custom-schemas/list-schemas';
import { schemaDocument } from '@rollcall/domain/custom-schemas/schema-document';
import { countWithValues } from '@rollcall/domain/custom-schemas/stored-values';
import { toJson } from '@rollcall/domain/json';
import { builder } from '../../graphql/builder.ts';
import { ScimConfigurationRef } from '../scim/scim-configuration.ts';

type Attribute = CustomSchema['schema']['attributes'][number];

export const ResourceTypeEnum = builder.enumType('CustomSchemaResourceType', {
  description: 'What a schema extends.',
  values: {
    USER: { value: 'User', description: 'The people of the account.' },
    GROUP: { value: 'Group', description: 'Its groups.' },
  } as const,
});

const StateEnum = builder.enumType('CustomSchemaState', {
  description: 'Whether a schema is in force.',
  values: {
    IN_FORCE: { value: 'in_force', description: 'Identity providers see it in /Schemas.' },
    BEING_DELETED: {
      value: 'being_deleted',
      description: 'Nobody sees it or its values any more. Its URN is free when the last value is gone.',
    },
  } as const,
});

const AttributeTypeEnum = builder.enumType('CustomAttributeType', {
  description: 'What values of an attribute are (RFC 7643 2.3).',
  values: {
    STRING: { value: 'string', description: 'Text.' },
    BOOLEAN: { value: 'boolean', description: 'True or false.' },
    DECIMAL: { value: 'decimal', description: 'A number with decimals.' },
    INTEGER: { value: 'integer', description: 'A whole number.' },
    DATE_TIME: { value: 'dateTime', description: 'A time, as ISO 8601 writes it.' },
    BINARY: { value: 'binary', description: 'Bytes in base64.' },
    REFERENCE: { value: 'reference', description: 'A URI.' },
    COMPLEX: { value: 'complex', description: 'Several parts: see `subAttributes`.' },
  } as const,
});

const AttributeRef = builder.objectRef<Attribute>('CustomAttribute');

AttributeRef.implement({
  description: 'An attribute of a schema. `CustomSchema.document` has all of its characteristics.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What values stand under.' }),
    type: t.expose('type', { type: AttributeTypeEnum, description: 'What they are.' }),
    multiValued: t.exposeBoolean('multiValued', { description: 'Whether there can be several.' }),
    required: t.exposeBoolean('required', {
      description: 'Whether a resource that has anything of the schema must have this.',
    }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    subAttributes: t.field({
      type: [AttributeRef],
      description: 'The parts of a complex one; empty for any other.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ subAttributes }) => [...(subAttributes ?? [])],
    }),
  }),
});

export const CustomSchemaRef = builder.objectRef<StoredSchema>('CustomSchema');

builder.node(CustomSchemaRef, {
  description: 'An extension of users or groups that the account defined for itself (RFC 7643 3.3).',
  authScopes: { right: 'settings:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('settings:read')) return ids.map(() => null);
    const schemas = await context.read((db) => listSchemas(db, context.accountId));
    return ids.map((id) => schemas.find((schema) => schema.id === id) ?? null);
  },
  fields: (t) => ({
    urn: t.string({
      description: 'What its values stand under: `urn:example:scim:Payroll`.',
      resolve: ({ schema }) => schema.id,
    }),
    resourceType: t.expose('resourceType', { type: ResourceTypeEnum, description: 'What it extends.' }),
    name: t.string({ description: 'What it is called.', resolve: ({ schema }) => schema.name }),
    description: t.string({
      description: 'What it is for.',
      resolve: ({ schema }) => schema.description,
    }),
    attributes: t.field({
      type: [AttributeRef],
      description: 'What it adds to a user or group.',
      resolve: ({ schema }) => [...schema.attributes],
    }),
    document: t.field({
      type: 'JSON',
      description:
        'The whole schema as /Schemas prints it, from which `customSchemaCreate` makes it again and with whose change `customSchemaUpdate` is called.',
      resolve: ({ schema }) => toJson(schemaDocument(schema)),
    }),
    state: t.field({
      type: StateEnum,
      description: 'Whether it is in force.',
      resolve: ({ removedAt }) => (removedAt === null ? 'in_force' : 'being_deleted'),
    }),
    retiredAttributes: t.stringList({
      description:
        'Attributes that were taken away and whose values are still being deleted: `name`, or `name.part`. Until then nothing new can have such a name.',
      resolve: ({ retired }) => retired.map((path) => path.join('.')),
    }),
    resourcesWithValues: t.int({
      description:
        'How many people or groups have values of it now, which deleting it would take away. Counted when it is asked for.',
      complexity: 100,
      resolve: (stored, _args, { read, accountId }) =>
        read((db) => countWithValues(db, valuesOf(accountId, stored))),
    }),
    version: t.exposeInt('version', { description: 'For `expectedVersion` of a change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was defined.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

builder.objectField(ScimConfigurationRef, 'customSchemas', (t) =>
  t.field({
    type: [CustomSchemaRef],
    description:
      'The extensions that the account defined for itself, at most ten, in the order of their URNs; those whose values are still being deleted, too.',
    complexity: { field: 1, multiplier: 10 },
    resolve: (_scim, _args, { read, accountId }) => read((db) => listSchemas(db, accountId)),
  }),
);
