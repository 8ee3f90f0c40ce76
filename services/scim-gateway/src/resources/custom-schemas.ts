import type { CustomSchema } from '@rollcall/domain/accounts/account-settings';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';

/** The account's own extensions of one resource type. */
export function schemasFor(
  resourceType: ResourceType['name'],
  customSchemas: readonly CustomSchema[],
): readonly SchemaDefinition[] {
  return customSchemas.flatMap((each) => (each.resourceType === resourceType ? [each.schema] : []));
}

/** Builds a type once for each account's list of schemas: each request needs it, and its look-up tables hang on it. */
export function typeCache(
  build: (customSchemas: readonly CustomSchema[]) => ResourceType,
): (customSchemas: readonly CustomSchema[]) => ResourceType {
  const withoutCustomSchemas = build([]);
  const built = new WeakMap<readonly CustomSchema[], ResourceType>();
  return (customSchemas) => {
    if (customSchemas.length === 0) return withoutCustomSchemas;
    const known = built.get(customSchemas);
    if (known !== undefined) return known;
    const type = build(customSchemas);
    built.set(customSchemas, type);
    return type;
  };
}
