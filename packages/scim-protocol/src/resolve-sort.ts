import { findSubAttribute, findTarget, type AttributeTarget } from './attribute-lookup.ts';
import { invalidValue } from './errors.ts';
import type { ResourceType } from './resource-types.ts';

/** The attribute that `sortBy` names (RFC 7644 3.4.2.3); of a complex one its `value`. */
export function resolveSort(sortBy: string, resourceType: ResourceType): AttributeTarget {
  const target = findTarget(resourceType, sortBy.trim());
  if (target === undefined || target.attribute.returned === 'never') {
    throw invalidValue(
      `${resourceType.name} has no attribute ${JSON.stringify(sortBy.slice(0, 100))} to sort by.`,
    );
  }
  if (target.sub !== undefined || target.attribute.type !== 'complex') return target;
  const sub = findSubAttribute(target.attribute, 'value');
  if (sub === undefined) throw invalidValue(`"sortBy" must name one of the sub-attributes of "${sortBy}".`);
  return { ...target, sub };
}

/**
 * The same in a query over several resource types, for each of them: undefined for a type without the attribute, which no
 * resource of it has a value of (RFC 7644 3.4.2.1). An attribute that none of them has is `invalidValue`.
 */
export function resolveSortAcross(
  sortBy: string,
  resourceTypes: readonly ResourceType[],
): ReadonlyMap<ResourceType, AttributeTarget> {
  const name = sortBy.trim();
  const having = resourceTypes.filter((type) => findTarget(type, name) !== undefined);
  if (having.length === 0) {
    throw invalidValue(`No resource has an attribute ${JSON.stringify(name.slice(0, 100))} to sort by.`);
  }
  return new Map(having.map((type) => [type, resolveSort(name, type)]));
}
