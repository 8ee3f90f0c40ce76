import type { ScimSetting } from './plan-scim-configuration.ts';

/** What an administrator has to know before a setting is changed, beside the licenses. */
export interface SettingEffect {
  setting: ScimSetting;
  kind: SettingEffectKind;
  /** A `warning` asks for a look before the change is applied. */
  weight: 'note' | 'warning';
  /** In words, the number included. */
  text: string;
  /** How many people, groups or requests it is about; null where there is nothing to count. */
  count: number | null;
  /** The first of them by age, at most MOST_EXAMPLES. */
  examples: readonly Example[];
}

export const MOST_EXAMPLES = 20;

/** One of those whom an effect is about. */
export interface Example {
  kind: 'user' | 'group';
  id: string;
  name: string;
  /** What is particular to this one: by which key an identity provider could match it, what it is mapped to. */
  note: string | null;
}

export const SETTING_EFFECT_KINDS = [
  'administrators_only_by_default_group',
  'people_to_match',
  'groups_to_match',
  'administrator_groups_to_match',
  'group_mappings_stop',
  'group_mappings_apply',
  'default_groups_stop_filling',
  'provider_kinds_differ',
  'no_scim_token',
  'scim_requests_refused',
  'nothing_is_lost',
  'setting_rests',
  'manual_updates_locked',
  'manual_updates_open',
  'license_mappings_stop',
  'license_mappings_apply',
  'manual_licenses_locked',
  'people_without_asserted_license',
  'group_writes_refused',
  'members_held',
  'newcomers_get_default',
  'default_seats_are_scarce',
  'user_names_without_address',
  'user_names_beside_work_email',
  'user_names_are_free',
  'requests_read_leniently',
  'dialects_read',
  'cursors_announced',
  'unprovisioned_sign_in_advice',
  'unprovisioned_sign_in_refused',
] as const;

export type SettingEffectKind = (typeof SETTING_EFFECT_KINDS)[number];

/** How many there are, and the first of them. */
export interface Found {
  count: number;
  examples: readonly Example[];
}

/** Where there is nobody whom it is about, there is no effect. */
export function effectOn(
  found: Found,
  effect: Pick<SettingEffect, 'setting' | 'kind' | 'weight'> & { text: (count: number) => string },
): readonly SettingEffect[] {
  const { count, examples } = found;
  return count === 0 ? [] : [{ ...effect, text: effect.text(count), count, examples }];
}

/** One that is about nobody in particular. */
export function plainEffect(
  effect: Pick<SettingEffect, 'setting' | 'kind' | 'weight' | 'text'>,
): SettingEffect {
  return { ...effect, count: null, examples: [] };
}

export function several(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
