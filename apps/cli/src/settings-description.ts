import type { ScimConfiguration, SeatLimit } from '@rollcall/domain/accounts/account-settings';

/** An account's SCIM configuration as lines of name and value. */
export function scimFacts(scim: ScimConfiguration, scimBaseUrl: string): [string, string][] {
  return [
    ['SCIM', scim.enabled ? 'on' : 'off'],
    ['SCIM base URL', scimBaseUrl],
    ['SCIM provider', scim.providerKind ?? 'none'],
    ['Manual updates', scim.allowManualUpdates ? 'allowed' : 'locked'],
    ['Manage licenses with SCIM', scim.manageLicenses ? 'on' : 'off'],
    ['Unlicensed members', scim.unlicensedMembers],
    ['Default license', scim.defaultLicenseType],
    ['User name policy', scim.userNamePolicy],
    ['Dialects', scim.dialects],
    ['Cursor pagination', scim.cursorPagination ? 'announced' : 'not announced'],
    ['Unprovisioned sign-in', scim.unprovisionedSignIn ? 'on' : 'off'],
  ];
}

export function domainsFact(verifiedDomains: readonly string[]): [string, string] {
  return ['Verified domains', verifiedDomains.join(', ') || 'none'];
}

export function seatsFact(seatLimits: readonly SeatLimit[]): [string, string] {
  const seats = seatLimits.map((seat) => `${seat.licenseType} ${seat.used} of ${seat.limit}`);
  return ['Seats', seats.join(', ') || 'no limits'];
}
