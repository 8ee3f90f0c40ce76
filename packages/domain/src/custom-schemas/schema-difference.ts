import { isDeepStrictEqual } from 'node:util';
import type {
  AttributeDefinition,
  AttributeType,
  SchemaDefinition,
} from '@rollcall/scim-protocol/schemas/attribute';

/** The names of an attribute and, where a part of it is meant, of the sub-attribute. */
export type AttributePath = readonly [attribute: string] | readonly [attribute: string, sub: string];

export interface SchemaDifference {
  added: readonly AttributePath[];
  changed: readonly AttributePath[];
  /** Their values have to be deleted. */
  removed: readonly AttributePath[];
  /** Required now and not before: every resource with values of the schema must have them already. */
  demanded: readonly AttributePath[];
  /** What would make stored values wrong, in words. */
  impossible: readonly string[];
}

/** What a new version of a schema changes. Loosening, new texts and new optional attributes touch no stored value. */
export function schemaDifference(before: SchemaDefinition, after: SchemaDefinition): SchemaDifference {
  const parts = after.attributes.map((attribute) => {
    const known = byName(before.attributes, attribute.name);
    return known === undefined ? wholly(attribute) : changeOf(known, attribute, []);
  });
  const removed = before.attributes
    .filter(({ name }) => byName(after.attributes, name) === undefined)
    .map(({ name }): AttributePath => [name]);
  return {
    added: parts.flatMap((part) => part.added),
    changed: parts.flatMap((part) => part.changed),
    removed: [...removed, ...parts.flatMap((part) => part.removed)],
    demanded: parts.flatMap((part) => part.demanded),
    impossible: parts.flatMap((part) => part.impossible),
  };
}

export function pathText(path: AttributePath): string {
  return path.join('.');
}

function wholly({ name, required }: AttributeDefinition, parents: readonly string[] = []): SchemaDifference {
  const path = pathOf(parents, name);
  return { ...NO_DIFFERENCE, added: [path], demanded: required ? [path] : [] };
}

function changeOf(
  before: AttributeDefinition,
  after: AttributeDefinition,
  parents: readonly string[],
): SchemaDifference {
  const path = pathOf(parents, after.name);
  const impossible = impossibilities(before, after, pathText(path));
  if (impossible.length > 0) return { ...NO_DIFFERENCE, impossible };
  const [oldParts, newParts] = [before.subAttributes ?? [], after.subAttributes ?? []];
  const parts = newParts.map((part) => {
    const known = byName(oldParts, part.name);
    return known === undefined ? wholly(part, [after.name]) : changeOf(known, part, [after.name]);
  });
  const gone = oldParts.filter(({ name }) => byName(newParts, name) === undefined);
  return {
    added: parts.flatMap((part) => part.added),
    changed: [...(sameButForParts(before, after) ? [] : [path]), ...parts.flatMap((part) => part.changed)],
    removed: gone.map(({ name }): AttributePath => [after.name, name]),
    demanded: [
      ...(after.required && !before.required ? [path] : []),
      ...parts.flatMap((part) => part.demanded),
    ],
    impossible: [...parts.flatMap((part) => part.impossible), ...emptied(after, gone.length)],
  };
}

/** A value of which nothing is left goes, and a required one must not. */
function emptied({ name, required, subAttributes = [] }: AttributeDefinition, gone: number): string[] {
  if (gone === 0 || !required || subAttributes.some((part) => part.required)) return [];
  return [
    `"${name}" is required, and could be left with nothing by what is removed from it: require one of its sub-attributes, or do not require it.`,
  ];
}

/** Types whose values are all values of the other, too. */
const WIDER: ReadonlyMap<AttributeType, AttributeType> = new Map([
  ['integer', 'decimal'],
  ['dateTime', 'string'],
  ['binary', 'string'],
  ['reference', 'string'],
]);

function impossibilities(before: AttributeDefinition, after: AttributeDefinition, path: string): string[] {
  if (before.name !== after.name) {
    return [`"${path}" is spelled "${before.name}" where values are kept; keep that spelling.`];
  }
  if (before.type !== after.type && WIDER.get(before.type) !== after.type) {
    return [
      `"${path}" cannot turn from ${before.type} into ${after.type}: remove it first, then add it anew.`,
    ];
  }
  if (before.multiValued !== after.multiValued) {
    const [from, to] = before.multiValued ? ['a list', 'one value'] : ['one value', 'a list'];
    return [`"${path}" cannot turn from ${from} into ${to}: remove it first, then add it anew.`];
  }
  return [];
}

function sameButForParts(before: AttributeDefinition, after: AttributeDefinition): boolean {
  return isDeepStrictEqual({ ...before, subAttributes: [] }, { ...after, subAttributes: [] });
}

function byName(definitions: readonly AttributeDefinition[], name: string): AttributeDefinition | undefined {
  return definitions.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

function pathOf([parent]: readonly string[], name: string): AttributePath {
  return parent === undefined ? [name] : [parent, name];
}

const NO_DIFFERENCE: SchemaDifference = { added: [], changed: [], removed: [], demanded: [], impossible: [] };
