import { isJsonArray, isJsonObject, ownValue, type JsonObject } from './json.ts';
import type { ResourceType } from './resource-types.ts';
import type { AttributeDefinition, SchemaDefinition } from './schemas/attribute.ts';

/**
 * The required attributes and sub-attributes that a resource lacks, each as a path. What an extension requires binds where the resource has
 * anything of it: no extension is required itself (RFC 7643 6).
 */
export function missingAttributes(resource: JsonObject, resourceType: ResourceType): readonly string[] {
  const { schema, extensions } = resourceType;
  return [schema, ...extensions].flatMap((each) => {
    const demands = demandsOf(each);
    if (demands.length === 0) return [];
    const container = each === schema ? resource : ownValue(resource, each.id);
    if (!isJsonObject(container)) return [];
    const prefix = each === schema ? '' : `${each.id}:`;
    return demands.flatMap((demand) => missingIn(container, demand).map((name) => `${prefix}${name}`));
  });
}

interface Demand {
  readonly name: string;
  readonly isRequired: boolean;
  /** What the value, or each entry, must have. */
  readonly parts: readonly string[];
}

const demandsBySchema = new WeakMap<SchemaDefinition, readonly Demand[]>();

function demandsOf(schema: SchemaDefinition): readonly Demand[] {
  const known = demandsBySchema.get(schema);
  if (known !== undefined) return known;
  const made = schema.attributes
    .filter(({ mutability }) => mutability !== 'readOnly')
    .map((definition) => ({
      name: definition.name,
      isRequired: definition.required,
      parts: requiredParts(definition),
    }))
    .filter(({ isRequired, parts }) => isRequired || parts.length > 0);
  demandsBySchema.set(schema, made);
  return made;
}

function requiredParts({ subAttributes = [] }: AttributeDefinition): readonly string[] {
  return subAttributes.filter(({ required }) => required).map(({ name }) => name);
}

function missingIn(container: JsonObject, { name, isRequired, parts }: Demand): readonly string[] {
  const value = ownValue(container, name);
  if (value === undefined) return isRequired ? [name] : [];
  const values = isJsonArray(value) ? value : [value];
  return parts
    .filter((part) => values.some((each) => isJsonObject(each) && !Object.hasOwn(each, part)))
    .map((part) => `${name}.${part}`);
}
