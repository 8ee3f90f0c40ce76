export const words = {
  title: 'Custom attributes',
  purpose:
    'Schemas of your own that extend people or groups. Identity providers find them in /Schemas and write their values like any others.',
  define: 'Define a schema',
  caption: 'Custom schemas',
  columns: { name: 'Name', urn: 'URN', extends: 'Extends', attributes: 'Attributes', state: 'State' },
  resourceTypes: { USER: 'People', GROUP: 'Groups' },
  states: { IN_FORCE: 'In force', BEING_DELETED: 'Its values are being deleted' },
  emptyTitle: 'No schema of your own',
  empty:
    'All attributes of SCIM are kept without one. Define a schema for what SCIM does not have, such as a cost center with a currency.',
  all: 'All schemas',
  newTitle: 'Define a schema',
  newPurpose: 'Nothing of it is required of anybody. Identity providers find it within a second.',
  resourceType: 'What it extends',
  document: 'The schema (JSON)',
  documentHelp:
    'In the form in which /Schemas prints it: id is its URN; attributes have a name and a type (string, boolean, decimal, integer, dateTime, binary, reference, complex). What is left out has the default of RFC 7643.',
  noJson: 'This is no JSON: a bracket, comma or quotation mark is missing or too many.',
  create: 'Define it',
  facts: {
    urn: 'URN',
    extends: 'Extends',
    description: 'Description',
    state: 'State',
    values: 'With values',
    retired: 'Being taken away',
    changed: 'Changed',
  },
  withValues: { USER: (amount: string) => `${amount} people`, GROUP: (amount: string) => `${amount} groups` },
  attributes: {
    title: 'Attributes',
    caption: 'Attributes of the schema',
    name: 'Name',
    type: 'Type',
    required: 'Required',
    description: 'Description',
    several: (type: string) => `${type}, several`,
    types: {
      STRING: 'Text',
      BOOLEAN: 'True or false',
      DECIMAL: 'Decimal number',
      INTEGER: 'Whole number',
      DATE_TIME: 'Time',
      BINARY: 'Bytes',
      REFERENCE: 'Reference',
      COMPLEX: 'Parts',
    },
  },
  change: {
    title: 'Change it',
    look: 'Look at what changes',
    what: 'What would change',
    none: 'Nothing changes.',
    added: 'Added',
    changed: 'Changed',
    removed: 'Taken away',
    loses: (attribute: string, amount: number) =>
      amount === 0
        ? `${attribute}: nobody has a value`
        : `${attribute}: with ${amount === 1 ? 'one value' : `${amount.toLocaleString('en')} values`}`,
    impossible: 'This cannot be done',
    deleteValues: 'Delete these values, for good',
    apply: 'Apply exactly this',
  },
  remove: {
    open: 'Take it away…',
    title: (name: string) => `Take away “${name}”?`,
    text: 'From that moment nobody sees the schema or its values, identity providers included.',
    values: (amount: string) => `The values of ${amount} are deleted, for good. This cannot be undone.`,
    now: 'Take it away',
  },
} as const;

/** What stands in the form of a new schema. */
export const EXAMPLE = JSON.stringify(
  {
    id: 'urn:example:scim:Payroll',
    name: 'Payroll',
    description: '',
    attributes: [{ name: 'costCenter', type: 'string', description: 'Who pays' }],
  },
  undefined,
  2,
);
