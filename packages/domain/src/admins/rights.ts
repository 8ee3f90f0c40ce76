import { PERMISSION_SETS, type PermissionSet } from './permission-sets.ts';

/** A part of the account that rights are given for. */
export type Area =
  /** Account, SCIM configuration, SSO provider, verified domains. */
  | 'settings'
  | 'scim_tokens'
  | 'service_tokens'
  /** Users, groups, SSO group mappings, invitations. */
  | 'people'
  /** Which permission sets a group carries. */
  | 'permission_sets'
  /** Licenses, seats, SSO license mappings. */
  | 'licenses'
  | 'ip_rules'
  /** Provisioning events and audit events. */
  | 'logs';

export type Access = 'read' | 'write' | 'revoke' | 'export';

/** One thing that somebody may do: `people:write`. */
export type Right = `${Area}:${Access}`;

const READ_EVERYTHING: readonly Right[] = [
  'settings:read',
  'scim_tokens:read',
  'service_tokens:read',
  'people:read',
  'permission_sets:read',
  'licenses:read',
  'ip_rules:read',
  'logs:read',
];

/**
 * Everyone may read their own profile and license besides; that needs no right. `account_admin` has every right, so only it
 * makes SCIM tokens and changes the SSO provider and domains: each of these can make anyone an administrator.
 */
const RIGHTS: Record<PermissionSet, readonly Right[]> = {
  account_admin: [
    ...READ_EVERYTHING,
    'settings:write',
    'scim_tokens:write',
    'scim_tokens:revoke',
    'service_tokens:write',
    'service_tokens:revoke',
    'people:write',
    'permission_sets:write',
    'licenses:write',
    'ip_rules:write',
    'logs:export',
  ],
  security_admin: [
    ...READ_EVERYTHING,
    'scim_tokens:revoke',
    'service_tokens:write',
    'service_tokens:revoke',
    'people:write',
    'permission_sets:write',
    'ip_rules:write',
    'logs:export',
  ],
  billing_admin: ['settings:read', 'people:read', 'licenses:read', 'licenses:write'],
  account_viewer: READ_EVERYTHING,
  member: [],
};

/** Every right that some permission set gives. */
export const ALL_RIGHTS: readonly Right[] = RIGHTS.account_admin;

export function rightsOf(permissionSets: Iterable<PermissionSet>): ReadonlySet<Right> {
  return new Set([...permissionSets].flatMap((set) => RIGHTS[set]));
}

/** The permission sets whose rights are not all among the given ones. */
export function setsBeyond(
  rights: ReadonlySet<Right>,
  permissionSets: Iterable<PermissionSet>,
): readonly PermissionSet[] {
  const given = new Set(permissionSets);
  return PERMISSION_SETS.filter((set) => given.has(set) && RIGHTS[set].some((right) => !rights.has(right)));
}
