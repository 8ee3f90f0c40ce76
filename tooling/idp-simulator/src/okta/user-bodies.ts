import { type Person, displayNameOf } from '../directory/directory.ts';
import { seededRandom } from '../directory/random.ts';
import { type JsonObject, isJsonObject } from '../http/json.ts';
import { enterpriseSchema, licenseSchema, patchSchema, userSchema } from '../schema-urns.ts';

/** The first push. The password is a random placeholder, there even when password sync is off. */
export function createUserBody(person: Person, manager: Person | undefined): JsonObject {
  const profile = mappedProfile(person, manager);
  return {
    schemas: [userSchema, ...extensionsIn(profile)],
    ...profile,
    externalId: person.key,
    groups: [],
    password: seededRandom('password', person.key).text('abcdefghjkmnpqrstuvwxyz0123456789', 8),
    active: true,
  };
}

/** A profile push: everything that the GET returned, with the mapped attributes changed. */
export function replaceUserBody(
  read: JsonObject,
  person: Person,
  manager: Person | undefined,
  active: boolean,
): JsonObject {
  const profile = mappedProfile(person, manager);
  const name = isJsonObject(read['name']) ? read['name'] : {};
  const kept = Object.fromEntries(Object.entries(read).filter(([key]) => !isMapped(key)));
  return {
    schemas: [
      ...new Set([
        userSchema,
        ...namesIn(read['schemas']).filter(isUnmappedSchema),
        ...extensionsIn(profile),
      ]),
    ],
    externalId: person.key,
    ...kept,
    ...profile,
    // Okta sends an empty middle name and repeats the address as the e-mail's display value.
    name: {
      ...Object.fromEntries(Object.entries(name).filter(([key]) => key !== 'formatted')),
      middleName: '',
      ...profile.name,
    },
    emails: [{ primary: true, value: person.email, type: 'work', display: person.email }],
    active,
  };
}

/** Deactivation and reactivation by the catalogue app: a PATCH without a path. */
export function activePatchBody(active: boolean): JsonObject {
  return { schemas: [patchSchema], Operations: [{ op: 'replace', value: { active } }] };
}

function mappedProfile(person: Person, manager: Person | undefined) {
  return {
    userName: person.userName,
    name: { givenName: person.givenName, familyName: person.familyName },
    emails: [{ primary: true, value: person.email, type: 'work' }],
    displayName: displayNameOf(person),
    locale: person.locale,
    ...(person.title !== undefined && { title: person.title }),
    ...(person.mobile !== undefined && { phoneNumbers: [{ value: person.mobile, type: 'mobile' }] }),
    ...(person.city !== undefined && {
      addresses: [{ type: 'work', primary: true, locality: person.city, country: person.country }],
    }),
    [enterpriseSchema]: {
      employeeNumber: person.employeeNumber,
      department: person.department,
      ...(manager && { manager: { value: manager.employeeNumber } }),
    },
    ...(person.licenseType !== undefined && { [licenseSchema]: { licenseType: person.licenseType } }),
  };
}

const mappedNames = new Set([
  'schemas',
  'title',
  'phoneNumbers',
  'addresses',
  enterpriseSchema,
  licenseSchema,
]);

function isMapped(name: string): boolean {
  return mappedNames.has(name);
}

function isUnmappedSchema(name: string): boolean {
  return !isMapped(name);
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function extensionsIn(profile: JsonObject): string[] {
  return Object.keys(profile).filter((name) => name.startsWith('urn:'));
}
