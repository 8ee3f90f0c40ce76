import { type Kysely, sql, type SqlBool } from 'kysely';
import type { ScimConfiguration } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import {
  administers,
  countUsableTokens,
  findAdministratorsByDefaultGroup,
  findGroups,
  findPeople,
  GROUPS,
  isMapped,
  MATCHING_KEYS,
  PEOPLE,
} from './effect-figures.repository.ts';
import { type Found, effectOn, plainEffect, type SettingEffect, several } from './setting-effect.ts';

const setting = 'enabled';

/** What enabling SCIM brings about, now and with the identity provider's first writes. It converts nobody by itself. */
export async function enablingEffects(
  db: Kysely<DB>,
  accountId: string,
  now: Date,
): Promise<readonly SettingEffect[]> {
  const [administrators, people, groups, administratorGroups, mapped, byDefault, managed, tokens] =
    await Promise.all([
      findAdministratorsByDefaultGroup(db, accountId),
      findPeople(db, accountId, PEOPLE.unmanaged, MATCHING_KEYS),
      findGroups(db, accountId, GROUPS.unmanaged),
      findGroups(db, accountId, sql<SqlBool>`${GROUPS.unmanaged} and ${administers(accountId)}`),
      findGroups(db, accountId, isMapped(accountId)),
      findGroups(db, accountId, GROUPS.assignedByDefault),
      findPeople(db, accountId, PEOPLE.managed),
      countUsableTokens(db, accountId, now),
    ]);
  return [
    ...administratorsAtRisk(administrators),
    ...administratorGroupsToMatch(administratorGroups),
    ...effectOn(people, {
      setting,
      kind: 'people_to_match',
      weight: 'note',
      text: (count) =>
        `The identity provider can match ${several(count, 'person', 'people')} whom SCIM does not manage. Its first write to one of them makes them SCIM-managed; nobody becomes so by enabling.`,
    }),
    ...effectOn(groups, {
      setting,
      kind: 'groups_to_match',
      weight: 'note',
      text: (count) =>
        `The identity provider can match ${several(count, 'group', 'groups')} by name. Pushing a group of that name links it, and adds members to it.`,
    }),
    ...effectOn(mapped, {
      setting,
      kind: 'group_mappings_stop',
      weight: 'note',
      text: (count) =>
        `The SSO group mappings of ${several(count, 'group', 'groups')} no longer apply to SCIM-managed people, of whom there are ${managed.count} now.`,
    }),
    ...effectOn(byDefault, {
      setting,
      kind: 'default_groups_stop_filling',
      weight: 'note',
      text: (count) =>
        `People whom SCIM makes, links or revives do not join the ${several(count, 'group', 'groups')} with assignByDefault.`,
    }),
    ...(tokens === 0 ? [noToken()] : []),
  ];
}

/** What disabling SCIM brings about; licenses and groups are left to the next sign-ins. */
export async function disablingEffects(
  db: Kysely<DB>,
  accountId: string,
  scim: Pick<ScimConfiguration, 'unprovisionedSignIn'>,
  now: Date,
): Promise<readonly SettingEffect[]> {
  const [people, groups, mapped, tokens] = await Promise.all([
    findPeople(db, accountId, PEOPLE.managed),
    findGroups(db, accountId, GROUPS.managed),
    findGroups(db, accountId, isMapped(accountId)),
    countUsableTokens(db, accountId, now),
  ]);
  return [
    {
      ...plainEffect({
        setting,
        kind: 'scim_requests_refused',
        weight: 'warning',
        text: `SCIM requests with the account's ${several(tokens, 'usable token', 'usable tokens')} are refused with 403 until SCIM is enabled again. The identity provider will report errors.`,
      }),
      count: tokens,
    },
    ...(scim.unprovisionedSignIn ? [] : [unprovisionedSignInRests()]),
    ...effectOn(mapped, {
      setting,
      kind: 'group_mappings_apply',
      weight: 'note',
      text: (count) =>
        `The SSO group mappings of ${several(count, 'group', 'groups')} apply to everybody at their next sign-in, SCIM-managed people included.`,
    }),
    {
      ...plainEffect({
        setting,
        kind: 'nothing_is_lost',
        weight: 'note',
        text: `${several(people.count, 'person', 'people')} and ${several(groups.count, 'group', 'groups')} stay as they are, and stay marked as SCIM-managed; administrators may edit them again. Tokens and settings stay, too.`,
      }),
      count: people.count + groups.count,
    },
  ];
}

function unprovisionedSignInRests(): SettingEffect {
  return plainEffect({
    setting: 'unprovisionedSignIn',
    kind: 'setting_rests',
    weight: 'warning',
    text: 'unprovisionedSignIn is off, and rests while SCIM is: somebody whom nobody provisioned becomes a user by signing in.',
  });
}

function administratorsAtRisk(administrators: Found): readonly SettingEffect[] {
  return effectOn(administrators, {
    setting,
    kind: 'administrators_only_by_default_group',
    weight: 'warning',
    text: (count) =>
      `${several(count, 'administrator holds', 'administrators hold')} account_admin only through a default group, and could be locked out when the default groups are cleaned up. Make a group with account_admin whose members come from the identity provider first.`,
  });
}

function administratorGroupsToMatch(groups: Found): readonly SettingEffect[] {
  return effectOn(groups, {
    setting,
    kind: 'administrator_groups_to_match',
    weight: 'warning',
    text: (count) =>
      `${several(count, 'group that carries account_admin', 'groups that carry account_admin')} can be linked by a SCIM POST: whom the identity provider puts into such a group then administers the account.`,
  });
}

function noToken(): SettingEffect {
  return plainEffect({
    setting,
    kind: 'no_scim_token',
    weight: 'note',
    text: 'The account has no usable SCIM token yet. Make one, and give it to the identity provider.',
  });
}
