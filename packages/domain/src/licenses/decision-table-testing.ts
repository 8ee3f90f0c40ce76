import type { LicenseQuestion, LicenseRule } from './decide-license.ts';
import type { LicenseSource, LicenseType } from './license-type.ts';

/** One situation and what the rules make of it: a test decides each, and docs/licenses.md shows them. */
export interface DecisionRow {
  /** What is the case, beside `nothingKnown` and the headings that it stands below. */
  situation: string;
  question: Partial<LicenseQuestion>;
  gives: LicenseType;
  source: LicenseSource;
  decidedBy: LicenseRule;
}

export interface DecisionSection {
  title: string;
  /** Of every row below. */
  question: Partial<LicenseQuestion>;
  rows: readonly DecisionRow[];
}

/** Somebody SCIM-managed, in an account as it begins, of whom nothing is known. */
export const nothingKnown: LicenseQuestion = {
  scimEnabled: true,
  manageLicenses: false,
  scimManaged: true,
  asserted: null,
  mappings: [],
  signInGroups: null,
  manual: null,
  held: null,
  defaultLicenseType: 'developer',
};

const mappings = [{ licenseType: 'read_only', idpGroups: ['Guests'] }] as const;
const heldByDefault = { licenseType: 'it', source: 'default' } as const;
const matching = { mappings, signInGroups: ['Guests'] } as const;
const elsewhere = { mappings, signInGroups: ['Sales'] } as const;

export const decisionTable: readonly DecisionSection[] = [
  {
    title: 'SCIM-managed, manageLicenses off',
    question: {},
    rows: [
      {
        situation: 'new, nothing asserted',
        question: {},
        gives: 'developer',
        source: 'default',
        decidedBy: 'default',
      },
      {
        situation: 'asserts `analyst`',
        question: { asserted: 'analyst' },
        gives: 'analyst',
        source: 'scim',
        decidedBy: 'scim_attribute',
      },
      {
        situation: 'asserts `analyst`, signed in with a group mapped to `read_only`',
        question: { asserted: 'analyst', ...matching },
        gives: 'analyst',
        source: 'scim',
        decidedBy: 'scim_attribute',
      },
      {
        situation: 'signed in with a group mapped to `read_only`',
        question: matching,
        gives: 'read_only',
        source: 'sso_mapping',
        decidedBy: 'sso_mapping',
      },
      {
        situation: 'the same, and an administrator chose `it`',
        question: { ...matching, manual: 'it' },
        gives: 'read_only',
        source: 'sso_mapping',
        decidedBy: 'sso_mapping',
      },
      {
        situation: 'mappings exist, and no group of the last sign-in is mapped; holds `it`',
        question: { ...elsewhere, held: heldByDefault },
        gives: 'developer',
        source: 'sso_mapping',
        decidedBy: 'sso_mapping',
      },
      {
        situation: 'mappings exist, never signed in, an administrator chose `it`',
        question: { mappings, manual: 'it' },
        gives: 'it',
        source: 'manual',
        decidedBy: 'manual',
      },
      {
        situation: 'mappings exist, never signed in, holds `it`',
        question: { mappings, held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'asserts nothing any more, holds `analyst` by the attribute',
        question: { held: { licenseType: 'analyst', source: 'scim' } },
        gives: 'analyst',
        source: 'scim',
        decidedBy: 'held',
      },
    ],
  },
  {
    title: 'SCIM-managed, manageLicenses on',
    question: { manageLicenses: true },
    rows: [
      {
        situation:
          'asserts `analyst`, signed in with a group mapped to `read_only`, an administrator chose `it`',
        question: { asserted: 'analyst', ...matching, manual: 'it' },
        gives: 'analyst',
        source: 'scim',
        decidedBy: 'scim_attribute',
      },
      {
        situation: 'asserts nothing, holds `it`, signed in with a group mapped to `read_only`',
        question: { ...matching, held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'asserts nothing, holds `it`, an administrator chose `read_only` before',
        question: { manual: 'read_only', held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'new, asserts nothing, the default is `read_only`',
        question: { defaultLicenseType: 'read_only' },
        gives: 'read_only',
        source: 'default',
        decidedBy: 'default',
      },
    ],
  },
  {
    title: 'Not SCIM-managed',
    question: { scimManaged: false },
    rows: [
      {
        situation: 'signed in with a group mapped to `read_only`, an administrator chose `it`',
        question: { ...matching, manual: 'it' },
        gives: 'read_only',
        source: 'sso_mapping',
        decidedBy: 'sso_mapping',
      },
      {
        situation: 'no mapping exists, an administrator chose `it`, holds `developer`',
        question: { manual: 'it', held: { licenseType: 'developer', source: 'default' } },
        gives: 'it',
        source: 'manual',
        decidedBy: 'manual',
      },
      {
        situation: 'no mapping exists, holds `it`',
        question: { held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'manageLicenses on, signed in with a group mapped to `read_only`, holds `it`',
        question: { manageLicenses: true, ...matching, held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'manageLicenses on, an administrator chose `it`',
        question: { manageLicenses: true, ...matching, manual: 'it' },
        gives: 'it',
        source: 'manual',
        decidedBy: 'manual',
      },
    ],
  },
  {
    title: 'While SCIM is off, everybody',
    question: { scimEnabled: false },
    rows: [
      {
        situation: 'asserted `analyst` before, signed in with a group mapped to `read_only`',
        question: { asserted: 'analyst', ...matching },
        gives: 'read_only',
        source: 'sso_mapping',
        decidedBy: 'sso_mapping',
      },
      {
        situation: 'asserted `analyst` before, holds `it`, no mapping exists',
        question: { asserted: 'analyst', held: heldByDefault },
        gives: 'it',
        source: 'default',
        decidedBy: 'held',
      },
      {
        situation: 'manageLicenses on, an administrator chose `read_only`',
        question: { manageLicenses: true, manual: 'read_only', held: heldByDefault },
        gives: 'read_only',
        source: 'manual',
        decidedBy: 'manual',
      },
    ],
  },
];

/** Whose license is decided by the same rules in the same order. */
export const rulesTable: readonly { whose: string; question: Partial<LicenseQuestion> }[] = [
  { whose: 'SCIM-managed, `manageLicenses` off', question: {} },
  { whose: 'SCIM-managed, `manageLicenses` on', question: { manageLicenses: true } },
  { whose: 'not SCIM-managed, `manageLicenses` off', question: { scimManaged: false } },
  {
    whose: 'not SCIM-managed, `manageLicenses` on',
    question: { scimManaged: false, manageLicenses: true },
  },
  { whose: 'anybody, while SCIM is off', question: { scimEnabled: false } },
];

/** What SSO license mappings alone give, by the groups of a sign-in. */
export interface MappingRow {
  mappedToDeveloper: boolean;
  mappedToReadOnly: boolean;
  gives: LicenseType;
}

export const mappingTable: readonly MappingRow[] = [
  { mappedToDeveloper: false, mappedToReadOnly: false, gives: 'developer' },
  { mappedToDeveloper: false, mappedToReadOnly: true, gives: 'read_only' },
  { mappedToDeveloper: true, mappedToReadOnly: false, gives: 'developer' },
  { mappedToDeveloper: true, mappedToReadOnly: true, gives: 'developer' },
];

export function mappingQuestion({ mappedToDeveloper, mappedToReadOnly }: MappingRow): LicenseQuestion {
  const signInGroups = [
    ...(mappedToDeveloper ? ['Engineering'] : []),
    ...(mappedToReadOnly ? ['Guests'] : []),
    'Everyone',
  ];
  return {
    ...nothingKnown,
    mappings: [
      { licenseType: 'developer', idpGroups: ['Engineering'] },
      { licenseType: 'read_only', idpGroups: ['Guests'] },
    ],
    signInGroups,
  };
}

/** Told step by step in the docs. */
export const workedExamples: readonly { story: string; question: LicenseQuestion }[] = [
  {
    story:
      'Ana is managed by Okta, which asserts no `licenseType`. She signed in with the groups Engineering and Guests; Engineering is mapped to `developer`, Guests to `read_only`.',
    question: mappingQuestion({ mappedToDeveloper: true, mappedToReadOnly: true, gives: 'developer' }),
  },
  {
    story: 'The same Ana, once Okta asserts `analyst`: from now on no sign-in changes her license.',
    question: {
      ...mappingQuestion({ mappedToDeveloper: true, mappedToReadOnly: true, gives: 'developer' }),
      asserted: 'analyst',
    },
  },
  {
    story:
      'Bo was provisioned by Entra, which cannot send the attribute, into an account with `manageLicenses` on. He has held `it` since before.',
    question: { ...nothingKnown, manageLicenses: true, held: heldByDefault, ...matching },
  },
  {
    story: 'Cy, whom SCIM does not manage, never signed in. An administrator chose `read_only` for her.',
    question: { ...nothingKnown, scimManaged: false, mappings, manual: 'read_only', held: heldByDefault },
  },
];
