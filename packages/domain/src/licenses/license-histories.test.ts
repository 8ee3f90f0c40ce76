import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountSettings, LicenseMapping, ScimConfiguration } from '../accounts/account-settings.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { licenseUser } from '../users/license-user.ts';
import { NEW_USER, planUserChange } from '../users/plan-user-change.ts';
import type { User } from '../users/user.ts';
import { expectedLicense, groups, heldBy, licenseTypes, type Rules } from './license-testing.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');

const rulesChange = fc.oneof(
  fc.record({ manageLicenses: fc.boolean() }),
  fc.record({ enabled: fc.boolean() }),
  fc.record({ defaultLicenseType: licenseTypes }),
);

const events = fc.oneof(
  fc.record({ kind: fc.constant('write'), asserts: fc.option(licenseTypes, { nil: undefined }) }),
  fc.record({ kind: fc.constant('unassert'), as: fc.constantFrom(null, '') }),
  fc.record({ kind: fc.constant('setActive'), active: fc.boolean() }),
  fc.record({ kind: fc.constant('signIn'), groups: fc.option(groups) }),
  fc.record({ kind: fc.constant('choose'), licenseType: fc.option(licenseTypes) }),
  fc.record({ kind: fc.constant('configure'), change: rulesChange }),
  fc.record({ kind: fc.constant('map'), licenseType: licenseTypes, groups }),
);
type Event = typeof events extends fc.Arbitrary<infer T> ? T : never;

describe('ten thousand histories of settings, writes and edits', () => {
  it('give at each moment the license that the rules tell', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(events, { maxLength: 12 }), (scimManaged, history) => {
        let rules: Rules = {
          enabled: true,
          manageLicenses: false,
          defaultLicenseType: 'developer',
          mappings: {},
        };
        let user: User = personBefore(scimManaged);
        for (const event of history) {
          const held = heldBy(user);
          rules = rulesAfter(rules, event);
          const after = userAfter(user, event, settingsOf(rules));
          const isDecided = after.state === 'active' && decides(event);
          expect(heldBy(after)).toEqual(isDecided ? expectedLicense(rules, after, held) : held);
          user = after;
        }
      }),
      { numRuns: 10_000, seed: 20261122 },
    );
  });
});

/** A changed default moves nobody, and a sign-in is decided by the use case of signing in. */
function decides(event: Event): boolean {
  if (event.kind === 'signIn') return false;
  return event.kind !== 'configure' || !('defaultLicenseType' in event.change);
}

function rulesAfter(rules: Rules, event: Event): Rules {
  if (event.kind === 'configure') return { ...rules, ...event.change };
  if (event.kind !== 'map') return rules;
  return { ...rules, mappings: { ...rules.mappings, [event.licenseType]: event.groups } };
}

function userAfter(user: User, event: Event, settings: AccountSettings): User {
  const write = (said: { active?: boolean; licenseType?: string | null }): User => {
    const input = { ...inputOf(user), active: said.active, licenseType: said.licenseType };
    return { ...user, ...planUserChange(user, input, settings, 'modify', NOW).next };
  };
  const decided = (changed: User): User => ({ ...changed, ...licenseUser(changed, settings).user });
  switch (event.kind) {
    case 'write':
      return write(event.asserts === undefined ? {} : { licenseType: event.asserts });
    case 'unassert':
      return write({ licenseType: event.as });
    case 'setActive':
      return write({ active: event.active });
    case 'signIn':
      return { ...user, signInGroups: event.groups };
    case 'choose':
      return decided({ ...user, manualLicenseType: event.licenseType });
    case 'configure':
      return decides(event) ? decided(user) : user;
    case 'map':
      return decided(user);
  }
}

function inputOf({ userName, externalId, attributes }: User) {
  return { userName, externalId, attributes, namesAddress: false };
}

function personBefore(scimManaged: boolean): User {
  const userName = 'ana@acme.example';
  return {
    ...NEW_USER,
    state: 'active',
    scimManaged,
    userName,
    attributes: workEmailOf(userName),
    signInEmail: userName,
    licenseType: 'developer',
    licenseSource: 'default',
    activatedAt: NOW,
    accountId: 'account',
    id: 'user',
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
    groups: [],
  };
}

function settingsOf({ mappings, ...rules }: Rules): AccountSettings {
  const scim: ScimConfiguration = {
    ...rules,
    providerKind: 'custom',
    allowManualUpdates: false,
    unlicensedMembers: 'hold',
    userNamePolicy: 'email',
    dialects: 'lenient',
    cursorPagination: true,
    unprovisionedSignIn: true,
    version: 1,
  };
  const licenseMappings: LicenseMapping[] = (['developer', 'analyst', 'it', 'read_only'] as const).flatMap(
    (licenseType) => {
      const idpGroups = mappings[licenseType] ?? [];
      return idpGroups.length === 0 ? [] : [{ licenseType, idpGroups }];
    },
  );
  return {
    accountId: 'account',
    scim,
    verifiedDomains: ['acme.example'],
    seatLimits: [{ licenseType: 'analyst', limit: 100, used: 0 }],
    licenseMappings,
    customSchemas: [],
    version: 1,
  };
}
