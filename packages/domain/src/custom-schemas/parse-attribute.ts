import type { AttributeDefinition, AttributeType } from '@rollcall/scim-protocol/schemas/attribute';
import { InvalidInputError } from '../errors.ts';
import { namesSecret } from '../provisioning-log/redact.ts';
import {
  choiceIn,
  flagIn,
  listIn,
  type Members,
  membersOf,
  quoted,
  textIn,
  textsIn,
} from './document-members.ts';

export const MOST_SUB_ATTRIBUTES = 30;
const LONGEST_NAME = 60;
const LONGEST_DESCRIPTION = 1_000;
const MOST_CANONICAL_VALUES = { most: 200, longest: 200 };
const MOST_REFERENCE_TYPES = { most: 20, longest: 100 };

const MEMBERS = [
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'canonicalValues',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'referenceTypes',
  'subAttributes',
];

const SIMPLE_TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'] as const;
const TYPES = [...SIMPLE_TYPES, 'complex'] as const;
const MUTABILITIES = ['readWrite', 'immutable', 'readOnly', 'writeOnly'] as const;

/** One attribute of an account's schema, with every characteristic of RFC 7643 7. Throws InvalidInputError. */
export function parseAttribute(value: unknown, at: string): AttributeDefinition {
  const { members, where, name } = begin(value, at);
  const type = choiceIn(members, 'type', where, TYPES);
  const definition = {
    ...characteristics(members, where, name, type),
    multiValued: flagIn(members, 'multiValued', where, false),
    returned: choiceIn(members, 'returned', where, ['always', 'default', 'request', 'never'], 'default'),
  };
  const parts = listIn(members, 'subAttributes', where);
  if (type !== 'complex') {
    if (parts.length === 0) return definition;
    throw new InvalidInputError(`${where} is no complex attribute, so it cannot have "subAttributes".`, at);
  }
  const subAttributes = parts.map((part, index) => parseSubAttribute(part, `${at}.subAttributes[${index}]`));
  assertParts(subAttributes, definition.multiValued, where);
  return { ...definition, subAttributes };
}

/** Throws InvalidInputError for two names that differ in letter case alone (RFC 7643 2.1: it does not count). */
export function distinctNames(definitions: readonly AttributeDefinition[], where: string): void {
  const seen = new Set<string>();
  for (const { name } of definitions) {
    if (seen.has(name.toLowerCase())) {
      throw new InvalidInputError(
        `${where} has the attribute ${quoted(name)} twice; letter case does not count.`,
      );
    }
    seen.add(name.toLowerCase());
  }
}

function parseSubAttribute(value: unknown, at: string): AttributeDefinition {
  const { members, where, name } = begin(value, at);
  const type = choiceIn(members, 'type', where, SIMPLE_TYPES);
  if (flagIn(members, 'multiValued', where, false) || listIn(members, 'subAttributes', where).length > 0) {
    throw new InvalidInputError(
      `${where} must have one simple value: sub-attributes are neither lists nor complex.`,
      at,
    );
  }
  const expected = PARTS_WITH_A_MEANING.get(name.toLowerCase());
  if (expected !== undefined && (expected !== type || name !== name.toLowerCase())) {
    throw new InvalidInputError(
      `${where} must be called "${name.toLowerCase()}" and be of the type ${expected} (RFC 7643 section 2.4).`,
      at,
    );
  }
  return {
    ...characteristics(members, where, name, type),
    // What is never shown would be an attribute of its own, not a part of one that is.
    returned: choiceIn(members, 'returned', where, ['always', 'default', 'request'], 'default'),
  };
}

function begin(value: unknown, at: string): { members: Members; where: string; name: string } {
  const members = membersOf(value, at, MEMBERS);
  const name = textIn(members, 'name', at, { longest: LONGEST_NAME });
  assertName(name, at);
  return { members, where: `${at} (${name})`, name };
}

function characteristics(
  members: Members,
  where: string,
  name: string,
  type: AttributeType,
): AttributeDefinition {
  const canonicalValues = textsIn(members, 'canonicalValues', where, MOST_CANONICAL_VALUES);
  const referenceTypes = textsIn(members, 'referenceTypes', where, MOST_REFERENCE_TYPES);
  if (canonicalValues !== undefined && type !== 'string') {
    throw new InvalidInputError(`${where} can have "canonicalValues" only as a string.`, where);
  }
  if (referenceTypes !== undefined && type !== 'reference') {
    throw new InvalidInputError(`${where} can have "referenceTypes" only as a reference.`, where);
  }
  return {
    name,
    type,
    multiValued: false,
    description: textIn(members, 'description', where, { longest: LONGEST_DESCRIPTION, otherwise: '' }),
    required: flagIn(members, 'required', where, false),
    // RFC 7643 2.3.6, 2.3.7: binary and reference values are case exact.
    caseExact: flagIn(members, 'caseExact', where, type === 'binary' || type === 'reference'),
    mutability: mutabilityIn(members, where),
    returned: 'default',
    uniqueness: uniquenessIn(members, where),
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
  };
}

function mutabilityIn(members: Members, where: string): AttributeDefinition['mutability'] {
  const mutability = choiceIn(members, 'mutability', where, MUTABILITIES, 'readWrite');
  if (mutability === 'readOnly') {
    throw new InvalidInputError(`${where} cannot be readOnly: nobody could ever give it a value.`, where);
  }
  if (mutability === 'writeOnly') {
    throw new InvalidInputError(
      `${where} cannot be writeOnly: Rollcall keeps no secrets. With "returned": "never" a value is kept and no client sees it.`,
      where,
    );
  }
  return mutability;
}

function uniquenessIn(members: Members, where: string): AttributeDefinition['uniqueness'] {
  const uniqueness = choiceIn(members, 'uniqueness', where, ['none', 'server', 'global'], 'none');
  if (uniqueness === 'none') return uniqueness;
  throw new InvalidInputError(
    `${where} cannot be unique (${uniqueness}): Rollcall watches that for user names and group names alone. Write "none".`,
    where,
  );
}

/** RFC 7643 2.1; `$ref` is the RFC's own exception. */
const NAME = /^[a-z][\w$-]*$/i;

/** Words that a filter reads otherwise, and attributes that clients look for outside of any extension. */
const RESERVED: ReadonlySet<string> = new Set(
  'and or not pr eq ne co sw ew gt ge lt le true false null schemas id externalid meta groups'.split(' '),
);

const PARTS_WITH_A_MEANING: ReadonlyMap<string, AttributeType> = new Map([
  ['primary', 'boolean'],
  ['type', 'string'],
  ['display', 'string'],
  ['$ref', 'reference'],
]);

function assertName(name: string, at: string): void {
  const isPart = at.includes('.');
  if (!(NAME.test(name) || (isPart && name === '$ref'))) {
    throw new InvalidInputError(
      `${at} has the name ${quoted(name)}; a name begins with a letter and goes on with letters, digits, "_", "-" or "$".`,
      at,
    );
  }
  if (RESERVED.has(name.toLowerCase())) {
    throw new InvalidInputError(
      `${at} has the name ${quoted(name)}, which SCIM uses otherwise; choose another.`,
      at,
    );
  }
  if (namesSecret(name)) {
    throw new InvalidInputError(
      `${at} has the name ${quoted(name)}, which stands for a secret, and Rollcall keeps none; choose another.`,
      at,
    );
  }
}

function assertParts(parts: readonly AttributeDefinition[], multiValued: boolean, where: string): void {
  if (parts.length === 0 || parts.length > MOST_SUB_ATTRIBUTES) {
    throw new InvalidInputError(
      `${where} is complex and has ${parts.length} "subAttributes"; it needs 1 to ${MOST_SUB_ATTRIBUTES}.`,
      where,
    );
  }
  distinctNames(parts, where);
  // An entry of a type and a flag alone says nothing, and is read as absent.
  if (multiValued && parts.every(({ name }) => name === 'type' || name === 'primary')) {
    throw new InvalidInputError(`${where} needs a sub-attribute besides "type" and "primary".`, where);
  }
}
