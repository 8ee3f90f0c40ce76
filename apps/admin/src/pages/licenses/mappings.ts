import type { licenseTypes } from '../../words/states.ts';

export type LicenseType = keyof typeof licenseTypes;

/** The groups of a type, one a line, as they are edited. */
export type Draft = Readonly<Record<LicenseType, string>>;

export interface Mapping {
  readonly licenseType: LicenseType;
  readonly idpGroups: readonly string[];
}

/** In the order of precedence. */
export const TYPES = ['DEVELOPER', 'ANALYST', 'IT', 'READ_ONLY'] as const;

const FIELDS = { DEVELOPER: 'developer', ANALYST: 'analyst', IT: 'it', READ_ONLY: 'readOnly' } as const;

export type MappingsInput = Partial<Record<(typeof FIELDS)[LicenseType], string[]>>;

export function draftOf(mappings: readonly Mapping[]): Draft {
  const textOf = (type: LicenseType): string => groupsOf(mappings, type).join('\n');
  return {
    DEVELOPER: textOf('DEVELOPER'),
    ANALYST: textOf('ANALYST'),
    IT: textOf('IT'),
    READ_ONLY: textOf('READ_ONLY'),
  };
}

export function groupsOf(mappings: readonly Mapping[], type: LicenseType): readonly string[] {
  return mappings.find(({ licenseType }) => licenseType === type)?.idpGroups ?? [];
}

/** What the draft changes of the mappings; undefined where it changes none. Types that stay are left out. */
export function changesIn(draft: Draft, mappings: readonly Mapping[]): MappingsInput | undefined {
  const changed = TYPES.flatMap((type) => {
    const groups = linesOf(draft[type]);
    const before = groupsOf(mappings, type);
    const isSame = groups.length === before.length && groups.every((group) => before.includes(group));
    return isSame ? [] : [[FIELDS[type], groups] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** Each group once; blanks around a name are slips of pasting. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}
