import { type Person, displayNameOf } from '../directory/directory.ts';
import type { JsonObject } from '../http/json.ts';
import { enterpriseSchema, licenseSchema, userSchema } from '../schema-urns.ts';

export interface MappedAttribute {
  readonly path: string;
  readonly value: string | boolean;
}

export const managerPath = `${enterpriseSchema}:manager`;

/** The attribute mappings of the provisioning job; null source values are not provisioned. */
export function mappedAttributes(person: Person): MappedAttribute[] {
  const mapped: Record<string, string | boolean | undefined> = {
    userName: person.userName,
    active: isEnabled(person),
    displayName: displayNameOf(person),
    title: person.title,
    'emails[type eq "work"].value': person.email,
    preferredLanguage: person.locale,
    'name.givenName': person.givenName,
    'name.familyName': person.familyName,
    'name.formatted': displayNameOf(person),
    'addresses[type eq "work"].locality': person.city,
    'addresses[type eq "work"].country': person.country,
    'phoneNumbers[type eq "mobile"].value': person.mobile,
    externalId: person.key,
    [`${enterpriseSchema}:employeeNumber`]: person.employeeNumber,
    [`${enterpriseSchema}:department`]: person.department,
    [`${licenseSchema}:licenseType`]: person.licenseType,
  };
  return Object.entries(mapped).flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
}

/** The first write. Extension URNs other than the enterprise one prefix attributes without being listed in `schemas`. */
export function createUserBody(person: Person): JsonObject {
  return {
    schemas: [userSchema, enterpriseSchema],
    externalId: person.key,
    userName: person.userName,
    active: isEnabled(person),
    displayName: displayNameOf(person),
    ...(person.title !== undefined && { title: person.title }),
    emails: [{ primary: true, type: 'work', value: person.email }],
    preferredLanguage: person.locale,
    meta: { resourceType: 'User' },
    name: {
      formatted: displayNameOf(person),
      familyName: person.familyName,
      givenName: person.givenName,
    },
    roles: [],
    ...(person.city !== undefined && {
      addresses: [{ type: 'work', locality: person.city, country: person.country }],
    }),
    ...(person.mobile !== undefined && { phoneNumbers: [{ type: 'mobile', value: person.mobile }] }),
    [enterpriseSchema]: { employeeNumber: person.employeeNumber, department: person.department },
    ...(person.licenseType !== undefined && { [licenseSchema]: { licenseType: person.licenseType } }),
  };
}

/** `Switch([IsSoftDeleted], , "False", "True", "True", "False")`: a disabled account is inactive too. */
export function isEnabled(person: Person): boolean {
  return person.standing === 'working';
}
