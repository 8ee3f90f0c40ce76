import { findTarget } from './attribute-lookup.ts';
import type { FilterNode } from './filter.ts';
import type { Reading } from './reading.ts';
import { resolveFilter, type ResolvedFilter } from './resolve-filter.ts';
import type { ResourceType } from './resource-types.ts';

/** For one of several resource types: a filter, or whether all or none of the type's resources match. */
export type FilterOfType = ResolvedFilter | boolean;

/**
 * Resolves a filter of a query over several resource types for one of them. RFC 7644 3.4.2.1: an attribute that the type
 * does not have has no value; one that none of them has is `invalidFilter`.
 */
export function resolveFilterAcross(
  node: FilterNode,
  resourceType: ResourceType,
  allTypes: readonly ResourceType[],
  reading: Reading,
): FilterOfType {
  switch (node.kind) {
    case 'and':
    case 'or':
      return joined(
        node.kind,
        node.children.map((child) => resolveFilterAcross(child, resourceType, allTypes, reading)),
      );
    case 'not': {
      const child = resolveFilterAcross(node.child, resourceType, allTypes, reading);
      return typeof child === 'boolean' ? !child : { kind: 'not', child };
    }
    case 'present':
    case 'compare':
    case 'valuePath': {
      const isForeign = (type: ResourceType): boolean => findTarget(type, node.attribute) === undefined;
      return isForeign(resourceType) && !allTypes.every(isForeign)
        ? holdsWithoutValue(node)
        : resolveFilter(node, resourceType, reading);
    }
  }
}

function holdsWithoutValue(node: Exclude<FilterNode, { kind: 'and' | 'or' | 'not' }>): boolean {
  if (node.kind !== 'compare') return false;
  return node.value === null ? node.op === 'eq' : node.op === 'ne';
}

function joined(kind: 'and' | 'or', parts: readonly FilterOfType[]): FilterOfType {
  const decisive = kind === 'or';
  if (parts.includes(decisive)) return decisive;
  const children = parts.filter((part) => typeof part !== 'boolean');
  const [only, ...more] = children;
  if (only === undefined) return !decisive;
  return more.length === 0 ? only : { kind, children };
}
