import {
  MAX_ENTRIES,
  attribute,
  entryList,
  type AttributeDefinition,
  type SchemaDefinition,
} from './attribute.ts';

export const CORE_USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** RFC 7643 4.1 and 8.7.1. Only `userName` is always required; `emails` where user names are e-mail addresses. */
export function coreUserSchema(options: { readonly emailsRequired: boolean }): SchemaDefinition {
  return {
    id: CORE_USER_URN,
    name: 'User',
    // As RFC 7643 8.7.1 has it: Microsoft's test collection looks for these words.
    description: 'User Account',
    attributes: [...singularAttributes(), ...multiValuedAttributes(options.emailsRequired)],
  };
}

function singularAttributes(): readonly AttributeDefinition[] {
  return [
    attribute('userName', 'string', 'The name with which the person signs in; unique, ignoring case.', {
      required: true,
      uniqueness: 'server',
    }),
    nameAttribute(),
    attribute('displayName', 'string', 'The name shown to others.'),
    attribute('nickName', 'string', 'The casual name.'),
    attribute('profileUrl', 'reference', "The address of the person's online profile.", {
      referenceTypes: ['external'],
    }),
    attribute('title', 'string', 'The job title.'),
    attribute('userType', 'string', 'The relationship between the organization and the person.'),
    attribute('preferredLanguage', 'string', 'The preferred languages, as in Accept-Language.'),
    attribute('locale', 'string', 'The locale for dates, numbers and currency.'),
    attribute('timezone', 'string', 'The time zone, as named in the IANA database.'),
    attribute('active', 'boolean', 'Whether the person may use the account.'),
    attribute('password', 'string', 'Accepted and not kept: people sign in with their provider.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
  ];
}

function nameAttribute(): AttributeDefinition {
  return attribute('name', 'complex', "The parts of the person's name.", {
    subAttributes: [
      attribute('formatted', 'string', 'The whole name, ready to show.'),
      attribute('familyName', 'string', 'The family name.'),
      attribute('givenName', 'string', 'The given name.'),
      attribute('middleName', 'string', 'The middle names.'),
      attribute('honorificPrefix', 'string', 'The title before the name.'),
      attribute('honorificSuffix', 'string', 'The suffix after the name.'),
    ],
  });
}

function multiValuedAttributes(emailsRequired: boolean): readonly AttributeDefinition[] {
  return [
    {
      ...entryList('emails', 'E-mail addresses.', {
        value: attribute('value', 'string', 'The address; compared ignoring case.'),
        types: ['work', 'home', 'other'],
      }),
      required: emailsRequired,
    },
    entryList('phoneNumbers', 'Telephone numbers, kept as sent.', {
      value: attribute('value', 'string', 'The number.'),
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    entryList('ims', 'Instant messaging addresses.', {
      value: attribute('value', 'string', 'The address.'),
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    entryList('photos', 'Addresses of pictures.', {
      value: attribute('value', 'reference', "The picture's address.", { referenceTypes: ['external'] }),
      types: ['photo', 'thumbnail'],
    }),
    addressesAttribute(),
    groupsAttribute(),
    entryList('entitlements', 'Things the person has a right to.', {
      value: attribute('value', 'string', 'The entitlement.'),
    }),
    entryList('roles', "The person's roles.", { value: attribute('value', 'string', 'The role.') }),
    entryList('x509Certificates', 'Certificates, each DER in base64.', {
      value: attribute('value', 'binary', 'The certificate.'),
    }),
  ];
}

function addressesAttribute(): AttributeDefinition {
  return attribute('addresses', 'complex', 'Postal addresses.', {
    multiValued: true,
    maxEntries: MAX_ENTRIES,
    subAttributes: [
      attribute('formatted', 'string', 'The whole address, ready to print.'),
      attribute('streetAddress', 'string', 'Street, house number and the like.'),
      attribute('locality', 'string', 'The city.'),
      attribute('region', 'string', 'The state or region.'),
      attribute('postalCode', 'string', 'The postal code.'),
      attribute('country', 'string', 'The country, kept as sent.'),
      attribute('type', 'string', 'What the address is used for.', {
        canonicalValues: ['work', 'home', 'other'],
      }),
      attribute('primary', 'boolean', 'Whether this address is the preferred one; true at most once.'),
    ],
  });
}

/** RFC 7643 4.1.2: groups follow membership, so nobody writes them here; erratum 8471: $ref names groups alone. */
function groupsAttribute(): AttributeDefinition {
  return attribute('groups', 'complex', 'The groups the person is in; changed through the groups.', {
    multiValued: true,
    mutability: 'readOnly',
    subAttributes: [
      attribute('value', 'string', "The group's id.", { caseExact: true, mutability: 'readOnly' }),
      attribute('$ref', 'reference', "The group's URI.", {
        mutability: 'readOnly',
        referenceTypes: ['Group'],
      }),
      attribute('display', 'string', "The group's name.", { mutability: 'readOnly' }),
      attribute('type', 'string', 'How the person came to be in the group.', {
        mutability: 'readOnly',
        canonicalValues: ['direct', 'indirect'],
      }),
    ],
  });
}
