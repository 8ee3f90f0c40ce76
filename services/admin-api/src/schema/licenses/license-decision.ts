import type { LicenseDecision, LicenseStep } from '@rollcall/domain/licenses/decide-license';
import { builder } from '../../graphql/builder.ts';
import { LicenseTypeEnum } from '../enums.ts';

export const LicenseSourceEnum = builder.enumType('LicenseSource', {
  description: 'What decided a license.',
  values: {
    SCIM: { value: 'scim', description: 'The SCIM attribute `licenseType`.' },
    SSO_MAPPING: { value: 'sso_mapping', description: 'An SSO license mapping.' },
    MANUAL: { value: 'manual', description: 'The choice of an administrator.' },
    DEFAULT: { value: 'default', description: 'The account’s default license.' },
  } as const,
});

const LicenseRuleEnum = builder.enumType('LicenseRule', {
  description:
    'The rules that can decide a license. Which are asked, and in which order, depends on the settings.',
  values: {
    SCIM_ATTRIBUTE: {
      value: 'scim_attribute',
      description: 'What the identity provider asserts in `licenseType`.',
    },
    SSO_MAPPING: {
      value: 'sso_mapping',
      description: 'The SSO license mappings, by the groups of the last sign-in.',
    },
    MANUAL: { value: 'manual', description: 'What an administrator chose.' },
    HELD: { value: 'held', description: 'The license that the person holds already.' },
    DEFAULT: { value: 'default', description: 'The account’s default license.' },
  } as const,
});

const LicenseRuleOutcomeEnum = builder.enumType('LicenseRuleOutcome', {
  description: 'What a rule did.',
  values: {
    PASSED: { value: 'passed', description: 'It had nothing to say, and the next one was asked.' },
    DECIDED: { value: 'decided', description: 'It decided. No further rule was asked.' },
  } as const,
});

const LicenseStepRef = builder.objectRef<LicenseStep>('LicenseStep').implement({
  description: 'One rule that was considered.',
  fields: (t) => ({
    rule: t.expose('rule', { type: LicenseRuleEnum, description: 'The rule.' }),
    outcome: t.expose('outcome', { type: LicenseRuleOutcomeEnum, description: 'What it did.' }),
    reason: t.exposeString('reason', {
      description: 'Why, for a person to read: `The identity provider asserts no licenseType.`',
    }),
  }),
});

export const LicenseDecisionRef = builder.objectRef<LicenseDecision>('LicenseDecision').implement({
  description: 'Which license the rules give, and why.',
  fields: (t) => ({
    licenseType: t.expose('licenseType', { type: LicenseTypeEnum, description: 'The license.' }),
    source: t.expose('source', { type: LicenseSourceEnum, description: 'What decided it.' }),
    steps: t.expose('steps', {
      type: [LicenseStepRef],
      description: 'The rules that were considered, in their order; the last one decided.',
    }),
  }),
});
