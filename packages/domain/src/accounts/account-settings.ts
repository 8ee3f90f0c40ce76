import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ResourceType } from '@rollcall/scim-protocol/resource-types';
import type { SchemaDefinition } from '@rollcall/scim-protocol/schemas/attribute';
import type { DB } from '../database/schema.generated.ts';
import { NotFoundError } from '../errors.ts';
import type { LicenseType } from '../licenses/license-type.ts';

export type Plan = 'starter' | 'enterprise' | 'enterprise_plus';
export type ProviderKind = 'okta' | 'entra' | 'custom';

/** How identity providers may write to the account. */
export interface ScimConfiguration {
  enabled: boolean;
  providerKind: ProviderKind | null;
  allowManualUpdates: boolean;
  manageLicenses: boolean;
  unlicensedMembers: 'hold' | 'reject';
  defaultLicenseType: LicenseType;
  userNamePolicy: 'email' | 'any';
  dialects: 'lenient' | 'strict';
  cursorPagination: boolean;
  unprovisionedSignIn: boolean;
  version: number;
}

export interface SeatLimit {
  licenseType: LicenseType;
  limit: number;
  used: number;
}

/** An extension schema that the account defined for its people or its groups. */
export interface CustomSchema {
  resourceType: ResourceType['name'];
  schema: SchemaDefinition;
}

/** Everything about an account that decides how a write to its people and groups ends. */
export interface AccountSettings {
  accountId: string;
  scim: ScimConfiguration;
  /** Lower-case. */
  verifiedDomains: readonly string[];
  /** Limited types only; a type that is not named here has no limit (analyst then is not available at all). */
  seatLimits: readonly SeatLimit[];
  licenseMappings: readonly LicenseMapping[];
  /** In the order of their URNs. */
  customSchemas: readonly CustomSchema[];
  /** Every change of anything above raises it, but for the use of seats. */
  version: number;
  /** Of the IP rules, on which no write depends. */
  ipRulesVersion: number;
}

export interface LicenseMapping {
  licenseType: LicenseType;
  /** Names or ids of the identity provider's groups, compared exactly. */
  idpGroups: readonly string[];
}

/**
 * Reads the settings in one statement. Inside a write, lock the account (shared) first: they then stay true until commit.
 * Throws NotFoundError for an account that does not exist.
 */
export async function readAccountSettings(db: Kysely<DB>, accountId: string): Promise<AccountSettings> {
  const { rows } = await sql<SettingsRow>`
    select c.enabled, c.provider_kind, c.allow_manual_updates, c.manage_licenses, c.unlicensed_members,
      c.default_license_type, c.user_name_policy, c.dialects, c.cursor_pagination, c.unprovisioned_sign_in, c.version,
      c.settings_version, c.ip_rules_version,
      (select coalesce(array_agg(d.domain), '{}') from account_domains d
        where d.account_id = ${accountId} and d.verified_at is not null) as verified_domains,
      (select coalesce(json_agg(json_build_object('licenseType', s.license_type, 'limit', s.seat_limit, 'used', s.seats_used)), '[]')
        from license_seats s where s.account_id = ${accountId}) as seat_limits,
      (select coalesce(json_agg(json_build_object('licenseType', m.license_type, 'idpGroups', m.idp_groups)), '[]')
        from (select l.license_type, array_agg(l.idp_group order by l.idp_group) as idp_groups from sso_license_mappings l
          where l.account_id = ${accountId} group by l.license_type) m) as license_mappings,
      (select coalesce(json_agg(json_build_object('resourceType', s.resource_type, 'schema', json_build_object(
          'id', s.urn, 'name', s.name, 'description', s.description, 'attributes', s.attributes)) order by s.urn_lower), '[]')
        from custom_schemas s where s.account_id = ${accountId} and s.removed_at is null) as custom_schemas
    from scim_configurations c where c.account_id = ${accountId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError('There is no such account.');
  return {
    accountId,
    scim: {
      enabled: row.enabled,
      providerKind: row.provider_kind,
      allowManualUpdates: row.allow_manual_updates,
      manageLicenses: row.manage_licenses,
      unlicensedMembers: row.unlicensed_members,
      defaultLicenseType: row.default_license_type,
      userNamePolicy: row.user_name_policy,
      dialects: row.dialects,
      cursorPagination: row.cursor_pagination,
      unprovisionedSignIn: row.unprovisioned_sign_in,
      version: row.version,
    },
    verifiedDomains: row.verified_domains,
    seatLimits: row.seat_limits,
    licenseMappings: row.license_mappings,
    customSchemas: row.custom_schemas,
    version: row.settings_version,
    ipRulesVersion: row.ip_rules_version,
  };
}

interface SettingsRow {
  enabled: boolean;
  provider_kind: ProviderKind | null;
  allow_manual_updates: boolean;
  manage_licenses: boolean;
  unlicensed_members: 'hold' | 'reject';
  default_license_type: LicenseType;
  user_name_policy: 'email' | 'any';
  dialects: 'lenient' | 'strict';
  cursor_pagination: boolean;
  unprovisioned_sign_in: boolean;
  version: number;
  verified_domains: readonly string[];
  seat_limits: readonly SeatLimit[];
  license_mappings: readonly LicenseMapping[];
  custom_schemas: readonly CustomSchema[];
  settings_version: number;
  ip_rules_version: number;
}
