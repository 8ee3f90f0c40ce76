import type { SignInIdentity } from '@rollcall/domain/sso/sign-in-identity';
import type { Assertion } from '@rollcall/saml-protocol/read-assertion';

type Attributes = Assertion['attributes'];

/** What Entra sends in place of the groups of somebody who is in more than 150. */
const ENTRA_GROUPS_ELSEWHERE = 'http://schemas.microsoft.com/claims/groups.link';

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
// Entra's and ADFS's, those that Okta's wizard proposes, and those of eduPerson.
const GIVEN_NAME = [`${CLAIMS}/givenname`, 'firstname', 'givenname', 'given_name', 'urn:oid:2.5.4.42'];
const FAMILY_NAME = [`${CLAIMS}/surname`, 'lastname', 'surname', 'sn', 'family_name', 'urn:oid:2.5.4.4'];
const DISPLAY_NAME = [
  'http://schemas.microsoft.com/identity/claims/displayname',
  'displayname',
  'urn:oid:2.16.840.1.113730.3.1.241',
];

/**
 * Who signs in, by an assertion that was verified. Its name id is both address and subject; an address is the same in any letter
 * case. `groupsClaim` is the attribute with the groups.
 */
export function samlIdentity(assertion: Assertion, groupsClaim: string): SignInIdentity {
  const { id, issuer, nameId, expiresAt, attributes } = assertion;
  return {
    issuer,
    subject: nameId.toLowerCase(),
    subjectIsAddress: true,
    address: nameId,
    addressVerified: undefined,
    groups: attributes.get(groupsClaim) ?? null,
    groupsOverflow: attributes.has(ENTRA_GROUPS_ELSEWHERE),
    givenName: firstOf(attributes, GIVEN_NAME),
    familyName: firstOf(attributes, FAMILY_NAME),
    displayName: firstOf(attributes, DISPLAY_NAME),
    assertion: { id, expiresAt },
  };
}

/** The first value of an attribute of one of these names, in any letter case. */
function firstOf(attributes: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    for (const [known, [value]] of attributes) {
      if (known.toLowerCase() === name && value !== undefined && value !== '') return value;
    }
  }
  return null;
}
