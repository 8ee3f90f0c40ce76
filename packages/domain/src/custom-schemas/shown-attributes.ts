import type { AttributeDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import type { CustomSchema } from '../accounts/account-settings.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

const CUSTOM = /^urn:(?!ietf:params:scim:schemas:extension:(?:enterprise|dbtlabs):)/iu;

/**
 * What administrators see of a person's or group's attributes: of the account's own schemas those in force, with what is ever
 * returned. Values whose deletion is not finished are stored and shown to nobody.
 */
export function shownAttributes(
  attributes: JsonObject,
  resourceType: CustomSchema['resourceType'],
  customSchemas: readonly CustomSchema[],
): JsonObject {
  const own = new Map(
    customSchemas
      .filter((custom) => custom.resourceType === resourceType)
      .map(({ schema }) => [schema.id, schema.attributes]),
  );
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]): [string, JsonValue][] => {
      if (!CUSTOM.test(name)) return value === undefined ? [] : [[name, value]];
      const shown = shownOf(value ?? null, own.get(name) ?? []);
      return isEmpty(shown) ? [] : [[name, shown]];
    }),
  );
}

function shownOf(value: JsonValue, definitions: readonly AttributeDefinition[]): JsonValue {
  if (isJsonArray(value)) return value.map((entry) => shownOf(entry, definitions));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    definitions.flatMap(({ name, returned, subAttributes }): [string, JsonValue][] => {
      const held = Object.hasOwn(value, name) ? value[name] : undefined;
      if (held === undefined || returned === 'never') return [];
      return [[name, subAttributes === undefined ? held : shownOf(held, subAttributes)]];
    }),
  );
}

function isEmpty(value: JsonValue): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}
