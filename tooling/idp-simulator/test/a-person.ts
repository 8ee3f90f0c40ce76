import type { Person } from '../src/directory/directory.ts';

/** Someone with only what every person has; tests add what they are about. */
export function aPerson(facts: Partial<Person> = {}): Person {
  return {
    key: '00u1abcd2EFGHIJKL3x7',
    userName: 'ana@acme.io',
    email: 'ana@acme.io',
    givenName: 'Ana',
    familyName: 'Ito',
    employeeNumber: '701984',
    department: 'Finance',
    title: undefined,
    mobile: undefined,
    city: undefined,
    country: undefined,
    locale: 'en-US',
    managerKey: undefined,
    licenseType: undefined,
    standing: 'working',
    rehiredAs: undefined,
    ...facts,
  };
}
