import type { CustomSchema } from '@rollcall/domain/accounts/account-settings';
import { shownAttributes } from '@rollcall/domain/custom-schemas/shown-attributes';
import type { JsonObject, JsonValue } from '@rollcall/domain/json';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { GroupRef } from '../groups/group.ts';
import { UserRef } from '../users/user.ts';

interface CustomValues {
  urn: string;
  name: string;
  values: JsonValue;
}

const CustomValuesRef = builder.objectRef<CustomValues>('CustomValues').implement({
  description: 'What a person or group has of one of the account’s own schemas.',
  fields: (t) => ({
    urn: t.exposeString('urn', { description: 'The URN of the schema.' }),
    name: t.exposeString('name', { description: 'The name of the schema.' }),
    values: t.expose('values', {
      type: 'JSON',
      description: 'The values by the names of the attributes, but for those that are never returned.',
    }),
  }),
});

const CUSTOM_VALUES =
  'What the account’s own schemas hold of it, a schema each; those of which there is nothing are left out.';
const COMPLEXITY = { field: 1, multiplier: 10 };

builder.objectFields(UserRef, (t) => ({
  attributes: t.field({
    type: 'JSON',
    description: 'All SCIM attributes that are kept of them, extensions under their URN.',
    resolve: ({ attributes }, _args, context) => shown(attributes, 'User', context),
  }),
  customValues: t.field({
    type: [CustomValuesRef],
    description: CUSTOM_VALUES,
    complexity: COMPLEXITY,
    resolve: ({ attributes }, _args, context) => customValues(attributes, 'User', context),
  }),
}));

builder.objectFields(GroupRef, (t) => ({
  attributes: t.field({
    type: 'JSON',
    description: 'The data of the account’s own SCIM extensions, each under its URN.',
    resolve: ({ attributes }, _args, context) => shown(attributes, 'Group', context),
  }),
  customValues: t.field({
    type: [CustomValuesRef],
    description: CUSTOM_VALUES,
    complexity: COMPLEXITY,
    resolve: ({ attributes }, _args, context) => customValues(attributes, 'Group', context),
  }),
}));

async function shown(
  attributes: JsonObject,
  resourceType: CustomSchema['resourceType'],
  { accountSettings }: AdminContext,
): Promise<JsonObject> {
  return shownAttributes(attributes, resourceType, (await accountSettings()).customSchemas);
}

async function customValues(
  attributes: JsonObject,
  resourceType: CustomSchema['resourceType'],
  context: AdminContext,
): Promise<CustomValues[]> {
  const visible = new Map(Object.entries(await shown(attributes, resourceType, context)));
  const { customSchemas } = await context.accountSettings();
  return customSchemas.flatMap(({ schema }) => {
    const values = visible.get(schema.id);
    return values === undefined ? [] : [{ urn: schema.id, name: schema.name, values }];
  });
}
