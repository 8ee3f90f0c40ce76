import fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { AttributeDefinition, SchemaDefinition } from '../../src/schemas/attribute.ts';
import type { Condition, Intent, Place } from './intent.ts';
import { MODEL_USER, type ModelAttribute } from './model-user.ts';
import { listValue, oneValue, spelling, valuesOf, type Given } from './values.ts';

/** An operation as a client sends it, and all that it means. */
export interface ModelOperation {
  readonly wire: JsonObject;
  readonly intents: readonly Intent[];
}

/** Operations of every form on the attributes given, some of them wrong. */
export function operationOn(attributes: readonly ModelAttribute[]): fc.Arbitrary<ModelOperation> {
  const operation = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...attributes).chain(onPath) },
    { weight: 4, arbitrary: withoutPath(attributes) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...MODEL_USER.extensions).chain((schema) => onExtension(schema, attributes)),
    },
    { weight: 1, arbitrary: broken },
  );
  return fc.tuple(operation, fc.nat(5)).map(([{ wire, intents }, luck]) => {
    const { op } = wire;
    const sent = luck === 0 && typeof op === 'string' ? { ...wire, op: op.toUpperCase() } : wire;
    // A counterexample is read as what the client sent; the schemas inside the intents would bury it.
    return { wire: sent, intents, [fc.toStringMethod]: () => JSON.stringify(sent) };
  });
}

function onPath(target: ModelAttribute): fc.Arbitrary<ModelOperation> {
  return placeIn(target).chain(({ place, path }) =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(write, valueAt(place)).map(([op, given]) => written(op, place, path, given)),
      },
      {
        weight: 1,
        arbitrary: removal(place).map(({ wire, intents }) => ({
          wire: { op: 'remove', path, ...wire },
          intents,
        })),
      },
    ),
  );
}

const write = fc.constantFrom<'add' | 'replace'>('add', 'replace');

function written(op: 'add' | 'replace', place: Place, path: string, { wire, value }: Given): ModelOperation {
  return { wire: { op, path, value: wire }, intents: intentsAt(op, place, value) };
}

/** What a value at a path means; undefined is a value that cannot be read. */
function intentsAt(op: 'add' | 'replace', place: Place, value: JsonValue | undefined): readonly Intent[] {
  if (place.attribute.name === 'schemas' || isPassword(place)) return [];
  if (isFixed(place)) return [{ kind: 'refused', scimType: 'mutability' }];
  if (value === undefined) return [{ kind: 'refused', scimType: 'invalidValue' }];
  return [{ kind: 'change', op, place, value }];
}

function removal(place: Place): fc.Arbitrary<{ wire: JsonObject; intents: readonly Intent[] }> {
  if (isPassword(place)) return fc.constant({ wire: {}, intents: [] });
  if (place.attribute.name === 'schemas' || isFixed(place)) {
    return fc.constant({ wire: {}, intents: [{ kind: 'refused', scimType: 'mutability' }] });
  }
  const plain = fc.constantFrom({}, { value: null }).map((wire) => ({
    wire,
    intents: [{ kind: 'change', op: 'remove', place, value: undefined } as const],
  }));
  const isOfAll = place.attribute.multiValued && place.filter === undefined;
  const withValue = isOfAll
    ? listValue(place.attribute)
        .filter(({ wire }) => wire !== null)
        .map(({ wire, value }) => ({ wire: { value: wire }, intents: [removalOf(place, value)] }))
    : fc.constant({
        wire: { value: [{ value: 'a' }] },
        intents: [{ kind: 'change', op: 'remove', place, value: undefined } as const],
      });
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: withValue });
}

function removalOf(place: Place, value: JsonValue | undefined): Intent {
  if (place.sub !== undefined || value === undefined) return { kind: 'refused', scimType: 'invalidValue' };
  return { kind: 'change', op: 'remove', place, value: value ?? [] };
}

function isFixed({ attribute, sub }: Place): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}

function isPassword({ attribute, isExtension }: Place): boolean {
  return attribute.mutability === 'writeOnly' && !isExtension;
}

function valueAt({ attribute, filter, sub }: Place): fc.Arbitrary<Given> {
  if (sub !== undefined) return oneValue(sub);
  return attribute.multiValued && filter === undefined ? listValue(attribute) : oneValue(attribute);
}

function placeIn(target: ModelAttribute): fc.Arbitrary<{ place: Place; path: string }> {
  const { schema, isExtension, attribute } = target;
  const subs = attribute.subAttributes ?? [];
  const filterSubs =
    attribute.type === 'complex' ? subs : attribute.multiValued ? [plainValue(attribute)] : [];
  const urn = isExtension ? fc.constant(true) : fc.constantFrom(false, false, false, true);
  return fc
    .record({
      urn,
      prefix: spelling(schema.id),
      name: spelling(attribute.name),
      filter:
        filterSubs.length === 0
          ? fc.constant(undefined)
          : fc.option(condition(filterSubs), { nil: undefined }),
      sub:
        subs.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...subs), { nil: undefined }),
    })
    .map(({ urn: hasUrn, prefix, name, filter, sub }) => {
      const bracket = filter === undefined ? '' : `[${printed(filter)}]`;
      const path = `${hasUrn ? `${prefix}:` : ''}${name}${bracket}${sub === undefined ? '' : `.${sub.name}`}`;
      return { place: { ...target, filter, sub }, path };
    });
}

/** RFC 7644 3.5.2.2: in a list of plain values a filter compares the "value". */
function plainValue(attribute: AttributeDefinition): AttributeDefinition {
  return { ...attribute, name: 'value', multiValued: false };
}

function condition(subs: readonly AttributeDefinition[]): fc.Arbitrary<Condition> {
  const leaf = fc.constantFrom(...subs).chain((sub) =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<Condition>({ kind: 'present', sub }) },
      {
        weight: 6,
        arbitrary: fc
          .tuple(fc.constantFrom(...operatorsFor(sub)), fc.constantFrom(...valuesOf(sub)))
          .map(([op, value]): Condition => ({ kind: 'compare', sub, op, value })),
      },
    ),
  );
  return fc.letrec<{ node: Condition; leaf: Condition }>((tie) => ({
    leaf,
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: tie('leaf') },
      { weight: 1, arbitrary: tie('node').map((child): Condition => ({ kind: 'not', child })) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom('and' as const, 'or' as const),
            fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
          )
          .map(([kind, children]): Condition => ({ kind, children })),
      },
    ),
  })).node;
}

type Comparison = Extract<Condition, { kind: 'compare' }>['op'];

function operatorsFor({ type }: AttributeDefinition): readonly Comparison[] {
  const equality = ['eq', 'eq', 'eq', 'ne'] as const;
  const order = ['gt', 'ge', 'lt', 'le'] as const;
  if (type === 'boolean' || type === 'binary') return equality;
  return type === 'integer' || type === 'decimal' || type === 'dateTime'
    ? [...equality, ...order]
    : [...equality, ...order, 'co', 'sw', 'ew'];
}

function printed(node: Condition): string {
  switch (node.kind) {
    case 'and':
      return node.children
        .map((child) => (child.kind === 'or' ? `(${printed(child)})` : printed(child)))
        .join(' and ');
    case 'or':
      return node.children.map(printed).join(' OR ');
    case 'not':
      return `not (${printed(node.child)})`;
    case 'present':
      return `${node.sub.name} pr`;
    case 'compare':
      return `${node.sub.name} ${node.op} ${JSON.stringify(node.value)}`;
  }
}

/** One value whose keys are names, extensions' URNs with objects, or paths. */
function withoutPath(attributes: readonly ModelAttribute[]): fc.Arbitrary<ModelOperation> {
  const byName = fc
    .constantFrom(...attributes.filter(({ isExtension }) => !isExtension), ...CORE_TITLE)
    .chain((target) => {
      const place: Place = { ...target, filter: undefined, sub: undefined };
      return fc.record({
        place: fc.constant(place),
        key: spelling(target.attribute.name),
        given: valueAt(place),
        isName: fc.constant(true),
      });
    });
  const byPath = fc
    .constantFrom(...attributes)
    .chain(placeIn)
    .filter(({ path }) => /[.:[]/.test(path))
    .chain(({ place, path }) =>
      fc.record({
        place: fc.constant(place),
        key: fc.constant(path),
        given: valueAt(place),
        isName: fc.constant(false),
      }),
    )
    // Whole objects below a URN are an extension that nobody knows, or one of ours, not a path.
    .filter(({ key, given }) => !key.includes(':') || key.includes('[') || !isObject(given.wire));
  const member = fc.oneof({ weight: 3, arbitrary: byName }, { weight: 2, arbitrary: byPath });
  return fc
    .tuple(
      write,
      fc.uniqueArray(member, { minLength: 1, maxLength: 3, selector: ({ key }) => key.toLowerCase() }),
    )
    .map(([op, members]) => ({
      wire: {
        op,
        value: { shoeSize: 42, ...Object.fromEntries(members.map(({ key, given }) => [key, given.wire])) },
      },
      intents: members.flatMap(({ place, given, isName }) =>
        isName && place.attribute.mutability === 'readOnly' ? [] : intentsAt(op, place, given.value),
      ),
    }));
}

const CORE_TITLE: readonly ModelAttribute[] = MODEL_USER.schema.attributes
  .filter(({ name }) => name === 'title')
  .map((attribute) => ({ schema: MODEL_USER.schema, isExtension: false, attribute }));

/** An extension as a whole: by its URN as a path, or as a key. */
function onExtension(
  schema: SchemaDefinition,
  attributes: readonly ModelAttribute[],
): fc.Arbitrary<ModelOperation> {
  const own = attributes.filter((each) => each.schema === schema);
  const member = fc.constantFrom(...(own.length === 0 ? firstOf(schema) : own)).chain((target) => {
    const place: Place = { ...target, filter: undefined, sub: undefined };
    return fc.record({
      place: fc.constant(place),
      key: spelling(target.attribute.name),
      given: valueAt(place),
    });
  });
  const data = fc.uniqueArray(member, { maxLength: 3, selector: ({ key }) => key.toLowerCase() });
  const drop: Intent = { kind: 'drop', schema };
  return fc
    .tuple(write, fc.boolean(), spelling(schema.id), fc.option(data, { freq: 5 }))
    .map(([op, isPath, urn, members]) => {
      const value =
        members === null ? null : Object.fromEntries(members.map(({ key, given }) => [key, given.wire]));
      const intents = (members ?? []).flatMap(({ place, given }) => intentsAt(op, place, given.value));
      if (members === null && isPath) return { wire: { op: 'remove', path: urn }, intents: [drop] };
      return {
        wire: isPath ? { op, path: urn, value } : { op, value: { [urn]: value } },
        intents: members === null ? [drop] : intents,
      };
    });
}

function firstOf(schema: SchemaDefinition): readonly ModelAttribute[] {
  return schema.attributes.slice(0, 1).map((attribute) => ({ schema, isExtension: true, attribute }));
}

const broken: fc.Arbitrary<ModelOperation> = fc
  .constantFrom<[JsonObject, Extract<Intent, { kind: 'refused' }>['scimType']]>(
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'move', path: 'title', value: 'a' }, 'invalidSyntax'],
    [{ op: 'add', path: 'title' }, 'invalidValue'],
    [{ op: 'replace', path: 'shoeSize', value: 42 }, 'invalidPath'],
    [{ op: 'replace', path: 'name.shoeSize', value: 42 }, 'invalidPath'],
    [{ op: 'replace', path: 'title[value eq "a"]', value: 'a' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[', value: 'a' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type zz "a"].value', value: 'a' }, 'invalidFilter'],
    [{ op: 'replace', path: 'emails[primary gt true].value', value: 'a' }, 'invalidFilter'],
    [{ op: 'replace', value: { 'name.shoeSize': 42 } }, 'invalidPath'],
    [{ op: 'replace', value: 'a' }, 'invalidValue'],
    [{ op: 'add', path: 'urn:example:unknown:thing', value: 'a' }, 'invalidPath'],
  )
  .map(([wire, scimType]) => ({ wire, intents: [{ kind: 'refused', scimType }] }));

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
