import { describe, expect, it } from 'vitest';
import { decideLicense } from './decide-license.ts';
import { decisionTable, mappingQuestion, mappingTable, nothingKnown } from './decision-table-testing.ts';
import type { LicenseType } from './license-type.ts';

const mappings = [
  { licenseType: 'read_only', idpGroups: ['readers'] },
  { licenseType: 'it', idpGroups: ['ops'] },
  { licenseType: 'analyst', idpGroups: ['numbers'] },
  { licenseType: 'developer', idpGroups: ['builders', 'makers'] },
] as const;

describe.each(decisionTable)('$title', ({ question: common, rows }) => {
  it.each(rows)('$situation: $gives', ({ question, gives, source, decidedBy }) => {
    const { steps, ...license } = decideLicense({ ...nothingKnown, ...common, ...question });
    expect(license).toEqual({ licenseType: gives, source });
    expect(steps.at(-1)).toMatchObject({ rule: decidedBy, outcome: 'decided' });
  });
});

describe('an SSO mapping', () => {
  it.each(mappingTable)(
    'mapped to developer: $mappedToDeveloper, to read_only: $mappedToReadOnly, gives $gives',
    (row) => {
      expect(decideLicense(mappingQuestion(row))).toMatchObject({
        licenseType: row.gives,
        source: 'sso_mapping',
      });
    },
  );

  it.each([
    { groups: ['nobody'], gives: 'developer', why: 'no match is the default license' },
    { groups: ['readers'], gives: 'read_only', why: 'the one match' },
    { groups: ['builders'], gives: 'developer', why: 'the one match' },
    { groups: ['readers', 'builders'], gives: 'developer', why: 'developer goes before read_only' },
    { groups: ['ops', 'numbers'], gives: 'analyst', why: 'analyst goes before it' },
    { groups: ['readers', 'ops'], gives: 'it', why: 'it goes before read_only' },
    { groups: ['Readers'], gives: 'developer', why: 'names are compared exactly' },
  ] as const)('gives $gives to a member of $groups: $why', ({ groups, gives }) => {
    const decision = decideLicense({ ...nothingKnown, mappings, signInGroups: groups });
    expect(decision).toMatchObject({ licenseType: gives, source: 'sso_mapping' });
  });

  it('gives the default that the account changed, when nothing matches', () => {
    const question = {
      ...nothingKnown,
      mappings,
      signInGroups: [],
      defaultLicenseType: 'read_only',
    } as const;
    expect(decideLicense(question).licenseType).toBe('read_only');
  });

  it('is passed for somebody who never signed in', () => {
    expect(
      decideLicense({ ...nothingKnown, mappings }).steps.map(({ rule, outcome }) => [rule, outcome]),
    ).toEqual([
      ['scim_attribute', 'passed'],
      ['sso_mapping', 'passed'],
      ['manual', 'passed'],
      ['held', 'passed'],
      ['default', 'decided'],
    ]);
  });
});

describe('every combination of toggle, managed, attribute, mapping, manual choice and license held', () => {
  const mappingCases = {
    none: { mappings: [], signInGroups: ['readers'] },
    'never signed in': { mappings, signInGroups: null },
    'no match': { mappings, signInGroups: ['others'] },
    match: { mappings, signInGroups: ['readers'] },
  } as const;
  const combinations = [true, false].flatMap((scimEnabled) =>
    [true, false].flatMap((manageLicenses) =>
      [true, false].flatMap((scimManaged) =>
        ([null, 'analyst'] as const).flatMap((asserted) =>
          (['none', 'never signed in', 'no match', 'match'] as const).flatMap((mapping) =>
            ([null, 'it'] as const).flatMap((manual) =>
              [false, true].map((holds) => ({
                scimEnabled,
                manageLicenses,
                scimManaged,
                asserted,
                mapping,
                manual,
                holds,
              })),
            ),
          ),
        ),
      ),
    ),
  );

  it.each(combinations)(
    '$scimEnabled/$manageLicenses/$scimManaged $asserted, mapping $mapping, manual $manual, holds $holds',
    (c) => {
      const decision = decideLicense({
        ...nothingKnown,
        ...mappingCases[c.mapping],
        scimEnabled: c.scimEnabled,
        manageLicenses: c.manageLicenses,
        scimManaged: c.scimManaged,
        asserted: c.asserted,
        manual: c.manual,
        held: c.holds ? { licenseType: 'read_only', source: 'manual' } : null,
      });
      expect([decision.licenseType, decision.source]).toEqual(expected(c));
      expect(decision.steps.at(-1)).toMatchObject({ outcome: 'decided' });
      expect(decision.steps.filter((step) => step.outcome === 'decided')).toHaveLength(1);
    },
  );

  // The rules once more, written as one would tell them.
  function expected(c: (typeof combinations)[number]): [LicenseType, string] {
    const held: [LicenseType, string] = c.holds ? ['read_only', 'manual'] : ['developer', 'default'];
    const attributeCounts = c.scimEnabled && c.scimManaged;
    if (attributeCounts && c.asserted !== null) return ['analyst', 'scim'];
    if (attributeCounts && c.manageLicenses) return held;
    const mappingsCount = !(c.scimEnabled && c.manageLicenses);
    if (mappingsCount && c.mapping === 'match') return ['read_only', 'sso_mapping'];
    if (mappingsCount && c.mapping === 'no match') return ['developer', 'sso_mapping'];
    if (c.manual !== null) return ['it', 'manual'];
    return held;
  }
});
