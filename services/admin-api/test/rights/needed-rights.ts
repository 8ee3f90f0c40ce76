import type { Right } from '@rollcall/domain/admins/rights';

/** `nothing`: for every known caller, who then sees or changes what is their own. */
export type Needs = Right | readonly Right[] | 'nothing';

/** What each mutation needs. */
export const mutationRights: Record<string, Needs> = {
  domainAdd: 'settings:write',
  domainCheck: 'settings:write',
  domainRemove: 'settings:write',
  domainActivateInvited: 'settings:write',
  licenseMappingSet: 'licenses:write',
  scimConfigurationUpdate: 'settings:write',
  groupCreate: 'people:write',
  groupUpdate: 'people:write',
  groupDelete: 'people:write',
  groupMembersAdd: 'people:write',
  groupMembersRemove: 'people:write',
  groupPermissionSetGrant: 'permission_sets:write',
  groupPermissionSetRevoke: 'permission_sets:write',
  groupSsoMappingSet: 'people:write',
  scimTokenCreate: 'scim_tokens:write',
  scimTokenRotate: 'scim_tokens:write',
  scimTokenRevoke: 'scim_tokens:revoke',
  defaultGroupCleanupPlan: 'people:write',
  defaultGroupCleanupStart: 'people:write',
  defaultGroupCleanupCancel: 'people:write',
  defaultGroupCleanupUndo: 'people:write',
  defaultGroupDelete: 'people:write',
  serviceTokenCreate: 'service_tokens:write',
  serviceTokenRevoke: 'service_tokens:revoke',
  userCreate: 'people:write',
  userUpdate: 'people:write',
  userDeactivate: 'people:write',
  userReactivate: 'people:write',
  userDelete: 'people:write',
  userRestore: 'people:write',
  userErase: 'people:write',
  userLicenseSet: 'licenses:write',
  userLicenseRedecide: 'licenses:write',
  // One's own needs none; a token has none of its own.
  sessionRevoke: 'people:write',
  userSignInForget: 'people:write',
  ssoProviderSet: 'settings:write',
  ssoProviderTest: 'settings:write',
  ssoProviderRemove: 'settings:write',
};

/** What each field of the account needs. */
export const accountFieldRights: Record<string, Needs> = {
  id: 'nothing',
  slug: 'nothing',
  name: 'nothing',
  plan: 'nothing',
  createdAt: 'nothing',
  ssoProviderKind: 'settings:read',
  defaultGroups: 'people:read',
  defaultGroupCleanups: 'people:read',
  ssoProvider: 'settings:read',
  signInRegistration: 'settings:read',
  scim: 'settings:read',
  licenses: 'licenses:read',
  domains: 'settings:read',
  serviceTokens: 'service_tokens:read',
  groups: 'people:read',
  users: 'people:read',
  user: 'nothing',
};
