import { type Directory, type Person, displayNameOf } from '../directory/directory.ts';
import type { Links } from '../identity-provider.ts';
import { enterpriseSchema, licenseSchema } from '../schema-urns.ts';

/** Path to value; undefined means that the attribute must be absent. */
export type ExpectedUser = Readonly<Record<string, string | boolean | undefined>>;

/**
 * What the far side has to hold for a person, told from the directory alone and apart from the code that writes
 * request bodies, so that a slip there shows as a difference.
 */
export function expectedUser(
  kind: 'okta' | 'entra',
  person: Person,
  directory: Directory,
  links: Links,
): ExpectedUser {
  const link = links.people.get(person.key);
  const manager = person.managerKey === undefined ? undefined : directory.people.get(person.managerKey);
  return {
    userName: person.userName,
    'emails[type eq "work"].value': person.email,
    'name.givenName': person.givenName,
    'name.familyName': person.familyName,
    displayName: displayNameOf(person),
    title: person.title,
    'phoneNumbers[type eq "mobile"].value': person.mobile,
    'addresses[type eq "work"].locality': person.city,
    'addresses[type eq "work"].country': person.country,
    externalId: link?.externalId,
    [`${enterpriseSchema}:employeeNumber`]: person.employeeNumber,
    [`${enterpriseSchema}:department`]: person.department,
    [`${licenseSchema}:licenseType`]: person.licenseType,
    ...(kind === 'okta'
      ? {
          // Okta sends nothing for a suspension.
          active: person.standing === 'working' || person.standing === 'suspended',
          locale: person.locale,
          [`${enterpriseSchema}:manager`]: manager?.employeeNumber,
        }
      : {
          active: person.standing === 'working',
          preferredLanguage: person.locale,
          'name.formatted': displayNameOf(person),
          [`${enterpriseSchema}:manager`]: manager && links.people.get(manager.key)?.id,
        }),
  };
}
