import type { LicenseMapping } from '../accounts/account-settings.ts';
import { LICENSE_TYPES, type LicenseSource, type LicenseType } from './license-type.ts';

/** Everything that can bear on one person's license. */
export interface LicenseQuestion {
  scimEnabled: boolean;
  /** "Manage user licenses with SCIM"; rests while SCIM is off. */
  manageLicenses: boolean;
  scimManaged: boolean;
  /** What the identity provider last sent and has not removed since. */
  asserted: LicenseType | null;
  mappings: readonly LicenseMapping[];
  /** Groups of the last sign-in; null when the person never signed in, or the token named none. */
  signInGroups: readonly string[] | null;
  /** An administrator's choice. */
  manual: LicenseType | null;
  /** The license that the person has now. */
  held: { licenseType: LicenseType; source: LicenseSource } | null;
  defaultLicenseType: LicenseType;
}

export type LicenseRule = 'scim_attribute' | 'sso_mapping' | 'manual' | 'held' | 'default';

/** One rule that was considered, in the order of consideration; only the last one decides. */
export interface LicenseStep {
  rule: LicenseRule;
  outcome: 'decided' | 'passed';
  /** For a person to read. */
  reason: string;
}

export interface LicenseDecision {
  licenseType: LicenseType;
  source: LicenseSource;
  steps: readonly LicenseStep[];
}

/**
 * Which license a person gets, and why. The one place that decides it, for every write, sign-in, acceptance, manual edit
 * and change of settings; whoever shows a reason shows these steps.
 */
export function decideLicense(question: LicenseQuestion): LicenseDecision {
  const steps: LicenseStep[] = [];
  for (const rule of rulesFor(question)) {
    const verdict = RULES[rule](question);
    steps.push({ rule, outcome: verdict.decides ? 'decided' : 'passed', reason: verdict.reason });
    if (verdict.decides) return { licenseType: verdict.licenseType, source: verdict.source, steps };
  }
  throw new Error('The default rule did not decide.');
}

// The attribute stands before the mappings even when it is not enforced: otherwise a sign-in would undo what the
// identity provider sent, and its next write would undo the sign-in.
function rulesFor(question: LicenseQuestion): readonly LicenseRule[] {
  const managed = question.scimEnabled && question.scimManaged;
  const enforced = question.scimEnabled && question.manageLicenses;
  if (managed && enforced) return ['scim_attribute', 'held', 'default'];
  if (managed) return ['scim_attribute', 'sso_mapping', 'manual', 'held', 'default'];
  if (enforced) return ['manual', 'held', 'default'];
  return ['sso_mapping', 'manual', 'held', 'default'];
}

type Verdict =
  | { decides: true; licenseType: LicenseType; source: LicenseSource; reason: string }
  | { decides: false; reason: string };

const RULES: Record<LicenseRule, (question: LicenseQuestion) => Verdict> = {
  scim_attribute({ asserted }) {
    if (asserted === null) return passes('The identity provider asserts no licenseType.');
    return decides(asserted, 'scim', `The identity provider asserts licenseType "${asserted}".`);
  },

  sso_mapping({ mappings, signInGroups, defaultLicenseType }) {
    if (mappings.every((mapping) => mapping.idpGroups.length === 0)) {
      return passes('The account has no SSO license mapping.');
    }
    if (signInGroups === null) return passes('No groups are known from a sign-in.');
    const groups = new Set(signInGroups);
    for (const licenseType of LICENSE_TYPES) {
      const match = mappings
        .filter((mapping) => mapping.licenseType === licenseType)
        .flatMap((mapping) => mapping.idpGroups)
        .find((group) => groups.has(group));
      if (match !== undefined) {
        return decides(
          licenseType,
          'sso_mapping',
          `The group "${match}" of the last sign-in is mapped to ${licenseType}.`,
        );
      }
    }
    return decides(
      defaultLicenseType,
      'sso_mapping',
      `No group of the last sign-in is mapped, which gives the account's default, ${defaultLicenseType}.`,
    );
  },

  manual({ manual }) {
    if (manual === null) return passes('No administrator chose a license.');
    return decides(manual, 'manual', `An administrator chose ${manual}.`);
  },

  held({ held }) {
    if (held === null) return passes('The person holds no license yet.');
    return decides(held.licenseType, held.source, `The person holds ${held.licenseType} already.`);
  },

  default({ defaultLicenseType }) {
    return decides(defaultLicenseType, 'default', `The account's default is ${defaultLicenseType}.`);
  },
};

function decides(licenseType: LicenseType, source: LicenseSource, reason: string): Verdict {
  return { decides: true, licenseType, source, reason };
}

function passes(reason: string): Verdict {
  return { decides: false, reason };
}
