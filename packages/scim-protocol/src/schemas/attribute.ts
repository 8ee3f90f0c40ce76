/** The characteristics of RFC 7643 section 7. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  /** Printed, never enforced here: RFC 7643 7 lets a server accept others, and what a license type may be is the domain's rule. */
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  /** How many entries a multi-valued attribute may have; a limit of the service, not a characteristic of the RFC. */
  readonly maxEntries?: number;
  readonly subAttributes?: readonly AttributeDefinition[];
}

export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

export interface SchemaDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

export type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'type' | 'description'>>;

/** An attribute with the defaults of RFC 7643 2.2 for whatever `characteristics` leaves out. */
export function attribute(
  name: string,
  type: AttributeType,
  description: string,
  characteristics: Characteristics = {},
): AttributeDefinition {
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    // RFC 7643 2.3.6, 2.3.7: binary and reference values are case exact.
    caseExact: type === 'binary' || type === 'reference',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  };
}

/** More e-mail addresses or roles than anyone has; far fewer than would slow a request. */
export const MAX_ENTRIES = 500;

interface EntryParts {
  readonly value: AttributeDefinition;
  readonly types?: readonly string[];
}

/** A multi-valued attribute whose entries have the sub-attributes of RFC 7643 2.4: value, display, type and primary. */
export function entryList(name: string, description: string, parts: EntryParts): AttributeDefinition {
  return attribute(name, 'complex', description, {
    multiValued: true,
    maxEntries: MAX_ENTRIES,
    subAttributes: [
      parts.value,
      attribute('display', 'string', 'A name for the entry that people read.'),
      attribute(
        'type',
        'string',
        'What the entry is used for.',
        parts.types === undefined ? {} : { canonicalValues: parts.types },
      ),
      attribute('primary', 'boolean', 'Whether this entry is the preferred one; true at most once.'),
    ],
  });
}
