import type { Kysely } from 'kysely';
import type { ProviderKind, ScimConfiguration } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { seatsOf } from '../licenses/seats.ts';
import {
  findGroups,
  findInvitedMembers,
  findLeniencies,
  findPeople,
  GROUPS,
  PEOPLE,
} from './effect-figures.repository.ts';
import { disablingEffects, enablingEffects } from './enabling-effects.ts';
import type { PlannedConfiguration, ScimSetting } from './plan-scim-configuration.ts';
import { effectOn, plainEffect, type SettingEffect, several } from './setting-effect.ts';

/** What the effects of one setting are read for. */
interface Question {
  db: Kysely<DB>;
  accountId: string;
  planned: PlannedConfiguration;
  scim: ScimConfiguration;
  ssoProviderKind: ProviderKind | null;
  now: Date;
}

/** They do nothing while SCIM is off. */
const RESTING: ReadonlySet<ScimSetting> = new Set([
  'providerKind',
  'allowManualUpdates',
  'manageLicenses',
  'unlicensedMembers',
  'dialects',
  'cursorPagination',
  'unprovisionedSignIn',
]);

/**
 * What a planned change brings about, beside the licenses, warnings first. With SCIM, the settings come into force that
 * rested without it.
 */
export async function settingEffects(
  db: Kysely<DB>,
  planned: PlannedConfiguration,
  ssoProviderKind: ProviderKind | null,
  now: Date,
): Promise<readonly SettingEffect[]> {
  const { before, after, changed } = planned;
  const question = { db, accountId: before.accountId, planned, scim: after.scim, ssoProviderKind, now };
  const isEnabling = changed.includes('enabled') && after.scim.enabled;
  const asked = isEnabling ? [...new Set([...changed, ...COMING_INTO_FORCE])] : changed;
  const effects = await Promise.all(
    asked.map(async (setting) =>
      RESTING.has(setting) && !after.scim.enabled ? rests(setting) : EFFECTS[setting](question),
    ),
  );
  return effects.flat().toSorted((a, b) => rank(a) - rank(b));
}

/** What enabling has to say of settings that are not at their most cautious. */
const COMING_INTO_FORCE: readonly ScimSetting[] = [
  'providerKind',
  'allowManualUpdates',
  'manageLicenses',
  'unprovisionedSignIn',
];

function rank({ weight }: SettingEffect): number {
  return weight === 'warning' ? 0 : 1;
}

function rests(setting: ScimSetting): readonly SettingEffect[] {
  return [
    plainEffect({
      setting,
      kind: 'setting_rests',
      weight: 'note',
      text: `SCIM is off: ${setting} takes effect when SCIM is enabled.`,
    }),
  ];
}

const EFFECTS: Record<
  ScimSetting,
  (question: Question) => Promise<readonly SettingEffect[]> | readonly SettingEffect[]
> = {
  enabled({ db, accountId, scim, now }) {
    return scim.enabled ? enablingEffects(db, accountId, now) : disablingEffects(db, accountId, scim, now);
  },

  providerKind({ scim, ssoProviderKind }) {
    if (scim.providerKind === ssoProviderKind) return [];
    return [
      plainEffect({
        setting: 'providerKind',
        kind: 'provider_kinds_differ',
        weight: 'warning',
        text: `SCIM comes from ${scim.providerKind ?? 'no named provider'} and sign-in from ${ssoProviderKind ?? 'none'}: the two may disagree about people. Provision from where people sign in.`,
      }),
    ];
  },

  async allowManualUpdates({ db, accountId, scim }) {
    const [people, groups] = await Promise.all([
      findPeople(db, accountId, PEOPLE.managed),
      findGroups(db, accountId, GROUPS.managed),
    ]);
    const what = `${several(people.count, 'SCIM-managed person', 'SCIM-managed people')} and the names and members of ${several(groups.count, 'SCIM-managed group', 'SCIM-managed groups')}`;
    const common = {
      setting: 'allowManualUpdates',
      count: people.count + groups.count,
      examples: [],
    } as const;
    if (scim.allowManualUpdates) {
      const text = `Administrators may invite people, and edit ${what}. The identity provider's next write may overwrite what they change.`;
      return [{ ...common, kind: 'manual_updates_open', weight: 'warning', text }];
    }
    const text = `Manual invitations, and manual edits of ${what}, are refused. Permission sets of groups may still be granted.`;
    return [{ ...common, kind: 'manual_updates_locked', weight: 'note', text }];
  },

  async manageLicenses({ db, accountId, planned, scim }) {
    const mappings = planned.after.licenseMappings.length;
    if (!scim.manageLicenses) return mappings === 0 ? [] : [mappingsApply(mappings)];
    const [withManual, withoutAsserted] = await Promise.all([
      findPeople(db, accountId, PEOPLE.managedWithManualLicense),
      findPeople(db, accountId, PEOPLE.activeWithoutAssertedLicense),
    ]);
    return [
      ...(mappings === 0 ? [] : [mappingsStop(mappings)]),
      ...effectOn(withManual, {
        setting: 'manageLicenses',
        kind: 'manual_licenses_locked',
        weight: 'note',
        text: (count) =>
          `Licenses of SCIM-managed people can no longer be chosen by hand. For ${several(count, 'person', 'people')} somebody has.`,
      }),
      ...effectOn(withoutAsserted, {
        setting: 'manageLicenses',
        kind: 'people_without_asserted_license',
        weight: 'warning',
        text: (count) =>
          `For ${several(count, 'active person', 'active people')} the identity provider asserts no licenseType: they keep what they hold, and newcomers get ${scim.defaultLicenseType}. Map the attribute in the identity provider first.`,
      }),
    ];
  },

  async unlicensedMembers({ db, accountId, scim }) {
    const invited = await findInvitedMembers(db, accountId);
    if (scim.unlicensedMembers === 'hold') {
      return effectOn(invited, {
        setting: 'unlicensedMembers',
        kind: 'members_held',
        weight: 'note',
        text: (count) =>
          `Invited people can be added to groups again; ${several(count, 'is', 'are')} in groups now. Their memberships take effect once they have accepted.`,
      });
    }
    return [
      {
        setting: 'unlicensedMembers',
        kind: 'group_writes_refused',
        weight: 'warning',
        text: `A group write that adds an invited person fails whole. It would have refused ${several(invited.count, 'person', 'people')} who are invited and in groups now; they stay in them.`,
        ...invited,
      },
    ];
  },

  defaultLicenseType({ planned, scim }) {
    const { defaultLicenseType: licenseType } = scim;
    const seats = seatsOf(planned.after, licenseType);
    const effects = [
      plainEffect({
        setting: 'defaultLicenseType',
        kind: 'newcomers_get_default',
        weight: 'note',
        text: `New and revived people for whom no other rule decides get ${licenseType}. Nobody who has a license is moved.`,
      }),
    ];
    if (seats === undefined) return effects;
    const free = Math.max(seats.limit - seats.used, 0);
    effects.push({
      ...plainEffect({
        setting: 'defaultLicenseType',
        kind: 'default_seats_are_scarce',
        weight: free === 0 ? 'warning' : 'note',
        text: `Of ${several(seats.limit, `${licenseType} seat`, `${licenseType} seats`)}, ${free} are free: when none is left, new people for whom nothing else decides are refused.`,
      }),
      count: free,
    });
    return effects;
  },

  async userNamePolicy({ db, accountId, scim }) {
    if (scim.userNamePolicy === 'any') {
      const text =
        'User names need not be addresses, and e-mails are optional. Changed e-mails show in SCIM at once, and serve sign-in and mail once they are confirmed.';
      return [plainEffect({ setting: 'userNamePolicy', kind: 'user_names_are_free', weight: 'note', text })];
    }
    const [withoutAddress, besideWork] = await Promise.all([
      findPeople(db, accountId, PEOPLE.withoutAddress),
      findPeople(db, accountId, PEOPLE.besideWorkEmail),
    ]);
    return [
      ...effectOn(withoutAddress, {
        setting: 'userNamePolicy',
        kind: 'user_names_without_address',
        weight: 'warning',
        text: (count) =>
          `The user names of ${several(count, 'person', 'people')} are no e-mail addresses: the identity provider's next write of ${count === 1 ? 'this one' : 'these'} is refused unless it sends an address.`,
      }),
      ...effectOn(besideWork, {
        setting: 'userNamePolicy',
        kind: 'user_names_beside_work_email',
        weight: 'warning',
        text: (count) =>
          `The e-mails of ${several(count, 'person', 'people')} do not name their user name: the next write is refused unless both are the same.`,
      }),
    ];
  },

  async dialects({ db, accountId, scim }) {
    const { requests, lenient, codes } = await findLeniencies(db, accountId);
    const strict = scim.dialects === 'strict';
    const named = Object.entries(codes)
      .toSorted(([, a], [, b]) => b - a)
      .map(([code, amount]) => `${code} (${amount})`);
    const numbers = `Of the latest ${several(requests, 'request', 'requests')}, ${lenient} ${lenient === 1 ? 'was' : 'were'} read with leniency${named.length === 0 ? '' : `: ${named.join(', ')}`}.`;
    return [
      {
        setting: 'dialects',
        kind: strict ? 'requests_read_leniently' : 'dialects_read',
        weight: strict && lenient > 0 ? 'warning' : 'note',
        text: strict
          ? `What deviates from the RFCs is refused with 400. ${numbers}`
          : `What identity providers are known to send is read, and each leniency named in the provisioning log. ${numbers}`,
        count: lenient,
        examples: [],
      },
    ];
  },

  cursorPagination({ scim }) {
    const text = scim.cursorPagination
      ? 'ServiceProviderConfig announces cursors (RFC 9865). One SDK refuses that member.'
      : 'ServiceProviderConfig no longer announces cursors (RFC 9865). Clients that use them still may.';
    return [plainEffect({ setting: 'cursorPagination', kind: 'cursors_announced', weight: 'note', text })];
  },

  async unprovisionedSignIn({ db, accountId, scim }) {
    if (scim.unprovisionedSignIn) {
      if (!scim.enabled) return [];
      const text =
        'Somebody whom the identity provider did not provision becomes a user by signing in. Turn unprovisionedSignIn off, unless that is meant.';
      return [
        plainEffect({
          setting: 'unprovisionedSignIn',
          kind: 'unprovisioned_sign_in_advice',
          weight: 'warning',
          text,
        }),
      ];
    }
    const unmanaged = await findPeople(db, accountId, PEOPLE.unmanagedActive);
    return [
      {
        setting: 'unprovisionedSignIn',
        kind: 'unprovisioned_sign_in_refused',
        weight: 'note',
        text: `Sign-ins of people whom nobody provisioned are refused. The ${several(unmanaged.count, 'active person', 'active people')} whom SCIM does not manage can go on signing in.`,
        ...unmanaged,
      },
    ];
  },
};

function mappingsStop(count: number): SettingEffect {
  const text = `The SSO license mappings of ${several(count, 'license type', 'license types')} are ignored, for everybody.`;
  return {
    ...plainEffect({ setting: 'manageLicenses', kind: 'license_mappings_stop', weight: 'note', text }),
    count,
  };
}

function mappingsApply(count: number): SettingEffect {
  const text = `The SSO license mappings of ${several(count, 'license type', 'license types')} apply, except to people for whom the identity provider asserts a licenseType.`;
  return {
    ...plainEffect({ setting: 'manageLicenses', kind: 'license_mappings_apply', weight: 'note', text }),
    count,
  };
}
