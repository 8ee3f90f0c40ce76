/** What a token, or the members of a group, may do in the admin API. */
export const PERMISSION_SETS = [
  'account_admin',
  'security_admin',
  'billing_admin',
  'account_viewer',
  'member',
] as const;

export type PermissionSet = (typeof PERMISSION_SETS)[number];
