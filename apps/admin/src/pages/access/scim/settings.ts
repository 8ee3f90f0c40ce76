import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';
import { type SettingWords, words } from '../../../words/scim-settings.ts';
import type { PREVIEW } from './preview-query.ts';

export const SCIM = graphql(`
  query ScimSettings {
    account {
      scim {
        enabled
        baseUrl
        providerKind
        allowManualUpdates
        manageLicenses
        defaultLicenseType
        unlicensedMembers
        userNamePolicy
        unprovisionedSignIn
        dialects
        cursorPagination
      }
    }
  }
`);

type ScimAnswer = ResultOf<typeof SCIM>['account']['scim'];
export type ScimSettings = Exclude<ScimAnswer, null>;
export type SettingInput = VariablesOf<typeof PREVIEW>['input'];
export type SettingName = keyof typeof words;

/** What each choice of a setting asks the API for. */
const INPUTS: Record<SettingName, Readonly<Record<string, SettingInput>>> = {
  enabled: { true: { enabled: true }, false: { enabled: false } },
  providerKind: {
    OKTA: { providerKind: 'OKTA' },
    ENTRA: { providerKind: 'ENTRA' },
    CUSTOM: { providerKind: 'CUSTOM' },
  },
  allowManualUpdates: { true: { allowManualUpdates: true }, false: { allowManualUpdates: false } },
  manageLicenses: { true: { manageLicenses: true }, false: { manageLicenses: false } },
  defaultLicenseType: {
    DEVELOPER: { defaultLicenseType: 'DEVELOPER' },
    ANALYST: { defaultLicenseType: 'ANALYST' },
    IT: { defaultLicenseType: 'IT' },
    READ_ONLY: { defaultLicenseType: 'READ_ONLY' },
  },
  unlicensedMembers: { HOLD: { unlicensedMembers: 'HOLD' }, REJECT: { unlicensedMembers: 'REJECT' } },
  userNamePolicy: { EMAIL: { userNamePolicy: 'EMAIL' }, ANY: { userNamePolicy: 'ANY' } },
  unprovisionedSignIn: { true: { unprovisionedSignIn: true }, false: { unprovisionedSignIn: false } },
  dialects: { LENIENT: { dialects: 'LENIENT' }, STRICT: { dialects: 'STRICT' } },
  cursorPagination: { true: { cursorPagination: true }, false: { cursorPagination: false } },
};

/** In the order in which an administrator meets them; `enabled` stands apart. */
export const SETTINGS = [
  'providerKind',
  'allowManualUpdates',
  'manageLicenses',
  'defaultLicenseType',
  'unlicensedMembers',
  'userNamePolicy',
  'unprovisionedSignIn',
  'dialects',
  'cursorPagination',
] as const satisfies readonly SettingName[];

export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(INPUTS, name);
}

export function wordsOf(name: SettingName): SettingWords {
  return words[name];
}

/** Undefined for what is no choice of the setting. */
export function inputFor(name: SettingName, choice: string): SettingInput | undefined {
  return INPUTS[name][choice];
}

/** The choice that is in force; undefined where none was made. */
export function currentChoice(scim: ScimSettings, name: SettingName): string | undefined {
  const value = scim[name];
  return value === null ? undefined : String(value);
}
