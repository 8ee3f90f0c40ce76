import fc from 'fast-check';
import type { User } from '../users/user.ts';
import { groups, heldBy, licenseTypes } from './license-testing.ts';
import { type Model, type ModelEvent, NOBODY, type ModelPerson } from './slow-model-testing.ts';

/** Whose histories are told: the domain of one of them is not verified. */
export const ADDRESSES = ['ana@acme.example', 'bo@acme.example', 'cy@else.example'] as const;

const who = fc.nat({ max: ADDRESSES.length - 1 });
const rulesChange = fc.oneof(
  fc.record({ manageLicenses: fc.boolean() }),
  fc.record({ enabled: fc.boolean() }),
  fc.record({ enabled: fc.constant(true), manageLicenses: fc.boolean() }),
  fc.record({ defaultLicenseType: licenseTypes }),
);

const events: fc.Arbitrary<ModelEvent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('post'),
      who,
      asserts: fc.option(licenseTypes, { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('patch'),
      who,
      asserts: fc.oneof(licenseTypes, fc.constantFrom(null, undefined)),
      active: fc.constantFrom(undefined, undefined, true, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('signIn'), who, groups: fc.option(groups, { freq: 6 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('choose'), who, licenseType: fc.option(licenseTypes) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('accept'), who: fc.constant(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('scimDelete'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('administratorDelete'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore'), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('configure'), changes: rulesChange }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('map'), licenseType: licenseTypes, groups }) },
);

export const histories = fc.array(events, { minLength: 4, maxLength: 14 });

export const seatLimits = fc.record(
  { developer: fc.nat({ max: 2 }), analyst: fc.nat({ max: 2 }), it: fc.nat({ max: 2 }) },
  { requiredKeys: [] },
);

/** An account as it begins: SCIM on, nobody there. */
export function givenModel(seats: Model['seats']): Model {
  return {
    rules: { enabled: true, manageLicenses: false, defaultLicenseType: 'developer', mappings: {} },
    seats,
    verified: ADDRESSES.map((address) => address.endsWith('@acme.example')),
    people: ADDRESSES.map(() => NOBODY),
    order: [],
  };
}

/** A stored person in the model's words. */
export function inModel(user: User | undefined): ModelPerson {
  if (user === undefined) return NOBODY;
  return {
    state: user.state,
    deletedBy: user.deletedBy,
    everActive: user.activatedAt !== null,
    managed: user.scimManaged,
    asserted: user.assertedLicenseType,
    manual: user.manualLicenseType,
    groups: user.signInGroups,
    license: heldBy(user) ?? null,
  };
}
