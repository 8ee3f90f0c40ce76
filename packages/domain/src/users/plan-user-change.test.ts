import { describe, expect, it } from 'vitest';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { sameIgnoringCase, workEmail } from './email-addresses.ts';
import { NEW_USER, planUserChange, type UserPlan } from './plan-user-change.ts';
import { isShownActive, type StoredUser, type User, type UserInput, type UserWrite } from './user.ts';

const EARLIER = new Date('2026-01-01T00:00:00.000Z');
const NOW = new Date('2026-11-22T08:00:00.000Z');

const MINE = 'ana@acme.example';
const GUEST = 'ana@guest.example';
const PENDING = 'ana@pending.example';

const ACTIVE = {
  state: 'active',
  activatedAt: EARLIER,
  licenseType: 'developer',
  licenseSource: 'default',
} as const;
const GONE = { ...ACTIVE, state: 'deleted' } as const;

/** Everybody to whom a write can happen. */
const PEOPLE: Record<string, Partial<StoredUser>> = {
  active: { ...ACTIVE, userName: MINE, signInEmail: MINE },
  'active guest': { ...ACTIVE, userName: GUEST, signInEmail: GUEST },
  'active, change pending': { ...ACTIVE, userName: MINE, signInEmail: MINE, pendingUserName: PENDING },
  'active, licensed by SCIM': {
    ...ACTIVE,
    userName: MINE,
    signInEmail: MINE,
    licenseType: 'it',
    licenseSource: 'scim',
    assertedLicenseType: 'it',
  },
  unmanaged: { ...ACTIVE, userName: MINE, signInEmail: MINE, scimManaged: false, externalId: 'kept' },
  'unmanaged guest': { ...ACTIVE, userName: GUEST, signInEmail: GUEST, scimManaged: false },
  invited: { state: 'invited', userName: GUEST },
  'invited, domain verified since': { state: 'invited', userName: MINE },
  deactivated: { ...ACTIVE, state: 'deactivated', userName: MINE, signInEmail: MINE },
  'deactivated, change pending': {
    ...ACTIVE,
    state: 'deactivated',
    userName: MINE,
    signInEmail: MINE,
    pendingUserName: PENDING,
  },
  'deactivated, never active': { state: 'deactivated', userName: GUEST },
  'deleted by an administrator': { ...GONE, deletedBy: 'administrator', userName: MINE, signInEmail: MINE },
  'unmanaged, deleted by an administrator': {
    ...GONE,
    deletedBy: 'administrator',
    userName: GUEST,
    scimManaged: false,
  },
  'deleted by SCIM': { ...GONE, deletedBy: 'scim', userName: MINE, signInEmail: MINE },
};

/** What a request says of the address, seen from the person it is about. */
const ADDRESSES: Record<string, (userName: string) => { userName: string; emails: string | undefined }> = {
  same: (userName) => ({ userName, emails: userName }),
  'in capitals': (userName) => ({ userName: userName.toUpperCase(), emails: userName }),
  'without e-mails': (userName) => ({ userName, emails: undefined }),
  'new, verified': () => ({ userName: 'ito@acme.example', emails: 'ito@acme.example' }),
  'new, elsewhere': () => ({ userName: 'ito@guest.example', emails: 'ito@guest.example' }),
  'the pending one': () => ({ userName: PENDING, emails: PENDING.toUpperCase() }),
  'new e-mail only': (userName) => ({ userName, emails: 'ito@acme.example' }),
  'two new ones': () => ({ userName: 'a@acme.example', emails: 'b@guest.example' }),
  'no address': () => ({ userName: 'ana', emails: undefined }),
};

const SETTINGS = (['email', 'any'] as const).flatMap((userNamePolicy) =>
  [true, false].flatMap((manageLicenses) =>
    [true, false].flatMap((mapped) =>
      [0, 5].map((free) => settingsOf(userNamePolicy, manageLicenses, mapped, free)),
    ),
  ),
);

interface Case {
  current: User | undefined;
  input: UserInput;
  settings: AccountSettings;
  write: UserWrite;
  told: string;
}

type Outcome = { case: Case; plan: UserPlan } | { case: Case; error: unknown };

const OUTCOMES: readonly Outcome[] = [...cases()].map((each) => {
  try {
    return { case: each, plan: planUserChange(each.current, each.input, each.settings, each.write, NOW) };
  } catch (error) {
    return { case: each, error };
  }
});

const PLANS = OUTCOMES.filter((outcome) => 'plan' in outcome);

describe(`every one of ${OUTCOMES.length} writes`, () => {
  it('ends in a plan or in a refusal that the caller can act on', () => {
    expect(PLANS.length).toBeGreaterThan(OUTCOMES.length / 3);
    expect(
      broken(
        OUTCOMES,
        (outcome) =>
          'plan' in outcome ||
          outcome.error instanceof InvalidInputError ||
          outcome.error instanceof RefusedError,
      ),
    ).toEqual([]);
  });

  it('that ends in active false is never refused for a license, and that person is then inactive', () => {
    const leaving = OUTCOMES.filter((outcome) => outcome.case.input.active === false);
    expect(
      broken(leaving, (outcome) =>
        'plan' in outcome
          ? !isShownActive(outcome.plan.next)
          : outcome.error instanceof InvalidInputError && outcome.error.path !== 'licenseType',
      ),
    ).toEqual([]);
  });

  it('licenses exactly the active: nobody is given one otherwise, and nobody is active without', () => {
    expect(
      broken(PLANS, ({ case: { current }, plan: { next } }) => {
        if (next.state === 'active') return next.licenseType !== null && next.licenseSource !== null;
        if (next.state === 'invited') return next.licenseType === null;
        const revived = current?.state === 'deleted' && next.state !== 'deleted';
        return next.licenseType === (revived ? null : (current?.licenseType ?? null));
      }),
    ).toEqual([]);
  });

  it('moves the seat from what an active person held to what an active person holds', () => {
    expect(
      broken(
        PLANS,
        ({ case: { current }, plan }) =>
          plan.seat.from === seatOf(current) && plan.seat.to === seatOf(plan.next),
      ),
    ).toEqual([]);
  });

  it('takes no seat that is not free, unless the person holds it', () => {
    expect(
      broken(
        PLANS,
        ({ case: { settings }, plan: { seat } }) =>
          seat.to === null ||
          seat.to === seat.from ||
          seat.to !== 'analyst' ||
          settings.seatLimits.length > 1,
      ),
    ).toEqual([]);
  });

  it('claims every name that the person did not hold, and no other', () => {
    expect(
      broken(PLANS, ({ case: { current }, plan: { next, claimed } }) => {
        const held = current === undefined || current.deletedBy === 'scim' ? [] : namesOf(current);
        const claims = namesOf(next).filter((name) => !held.some((old) => sameIgnoringCase(old, name)));
        return claims.length <= 1 && claims[0] === claimed;
      }),
    ).toEqual([]);
  });

  it('keeps a change waiting only where user names are addresses, and only for people who were active', () => {
    expect(
      broken(
        PLANS,
        ({ case: { settings }, plan: { next } }) =>
          next.pendingUserName === null ||
          (settings.scim.userNamePolicy === 'email' &&
            next.activatedAt !== null &&
            !sameIgnoringCase(next.userName, next.pendingUserName)),
      ),
    ).toEqual([]);
  });

  it('leaves user name and work e-mail the same address, where user names are addresses', () => {
    expect(
      broken(
        PLANS,
        ({ case: { settings }, plan: { next } }) =>
          settings.scim.userNamePolicy === 'any' ||
          sameIgnoringCase(workEmail(next.attributes)?.value ?? '', next.userName),
      ),
    ).toEqual([]);
  });

  it('lets nobody who is active sign in with an address that was never confirmed', () => {
    expect(
      broken(
        PLANS,
        ({ case: { current }, plan: { next } }) =>
          next.signInEmail === null ||
          next.signInEmail.toLowerCase().endsWith('@acme.example') ||
          next.signInEmail === current?.signInEmail,
      ),
    ).toEqual([]);
  });

  it('applies a new address at once where it is verified or nobody was ever active with the old one', () => {
    const moved = PLANS.filter(
      ({ case: { current, input, settings } }) =>
        settings.scim.userNamePolicy === 'email' &&
        current !== undefined &&
        !sameIgnoringCase(input.userName, current.userName),
    );
    expect(moved.length).toBeGreaterThan(100);
    expect(
      broken(moved, ({ case: { current, input }, plan: { next } }) => {
        const atOnce =
          input.userName.endsWith('@acme.example') ||
          current?.activatedAt === null ||
          current?.state === 'deleted';
        return atOnce
          ? next.userName === input.userName && next.pendingUserName === null
          : next.userName === current?.userName &&
              sameIgnoringCase(next.pendingUserName ?? '', input.userName);
      }),
    ).toEqual([]);
  });

  it('cancels a waiting change by the old address, except in a PUT that says nothing else', () => {
    const repeated = PLANS.filter(
      ({ case: { current, input, settings } }) =>
        settings.scim.userNamePolicy === 'email' &&
        typeof current?.pendingUserName === 'string' &&
        sameIgnoringCase(input.userName, current.userName) &&
        sameIgnoringCase(workEmail(input.attributes)?.value ?? current.userName, current.userName),
    );
    expect(repeated.length).toBeGreaterThan(100);
    expect(
      broken(repeated, ({ case: { current, input, write }, plan: { next } }) => {
        const saysNothingElse =
          input.attributes['title'] === undefined &&
          (input.licenseType === undefined || input.licenseType === current?.assertedLicenseType);
        const keeps = !input.namesAddress || (write === 'replace' && saysNothingElse);
        return (next.pendingUserName !== null) === keeps;
      }),
    ).toEqual([]);
  });

  it('that says nothing of active or licenseType keeps both, except that a POST revives and asserts anew', () => {
    const silent = PLANS.filter(
      ({ case: { current, write } }) => current !== undefined && write !== 'create' && write !== 'link',
    );
    expect(
      broken(
        silent,
        ({ case: { current, input }, plan: { next } }) =>
          (input.active !== undefined ||
            isShownActive(next) === (current !== undefined && isShownActive(current))) &&
          (input.licenseType !== undefined || next.assertedLicenseType === current?.assertedLicenseType),
      ),
    ).toEqual([]);
  });

  it('that links loses nothing that was known of the person', () => {
    const links = PLANS.filter(({ case: { write } }) => write === 'link');
    expect(links.length).toBeGreaterThan(100);
    expect(
      broken(
        links,
        ({ case: { current, input }, plan: { next } }) =>
          Object.keys(current?.attributes ?? {}).every((name) => name in next.attributes) &&
          next.externalId === (input.externalId ?? current?.externalId) &&
          (next.signInEmail !== null || current?.signInEmail === null),
      ),
    ).toEqual([]);
  });

  it('revives whom an administrator deleted only when it ends in active, or by POST', () => {
    const tombstones = PLANS.filter(({ case: { current } }) => current?.state === 'deleted');
    expect(
      broken(tombstones, ({ case: { input, write }, plan: { next, happened } }) => {
        const revives = write === 'create' || write === 'link' || input.active === true;
        if (!revives) return next.state === 'deleted' && happened !== 'revived';
        return (
          happened === 'revived' &&
          next.deletedBy === null &&
          next.state !== 'deleted' &&
          (next.activatedAt === null || next.activatedAt === NOW)
        );
      }),
    ).toEqual([]);
  });

  it('invites whoever becomes invited at an address, once, and ends what was sent to one who is not', () => {
    expect(
      broken(PLANS, ({ case: { current, settings }, plan: { next, invitation } }) => {
        const address = (user: StoredUser) =>
          settings.scim.userNamePolicy === 'email' ? user.userName : workEmail(user.attributes)?.value;
        if (next.state !== 'invited') return invitation === (current?.state === 'invited' ? 'end' : 'keep');
        const isSame =
          current?.state === 'invited' && sameIgnoringCase(address(current) ?? '', address(next) ?? '');
        return address(next) !== undefined && invitation === (isSame ? 'keep' : 'invite');
      }),
    ).toEqual([]);
  });

  it('manages the person from then on, but for an edit by hand, and marks as deleted only the deleted', () => {
    expect(
      broken(
        PLANS,
        ({ case: { current, write }, plan: { next } }) =>
          next.scimManaged === (write === 'edit' ? current?.scimManaged === true : true) &&
          (next.deletedBy !== null) === (next.state === 'deleted'),
      ),
    ).toEqual([]);
  });

  it('repeated changes nothing more', () => {
    const repeatable = PLANS.filter(({ case: { write } }) => write !== 'create' && write !== 'link');
    expect(
      broken(repeatable, ({ case: each, plan }) => {
        const after: User = { ...personWith({}), ...plan.next };
        // A PATCH of the e-mail alone says nothing of the user name that followed.
        const userName =
          each.input.userName === each.current?.userName ? after.userName : each.input.userName;
        const input = each.write === 'modify' ? { ...each.input, userName } : each.input;
        const again = planUserChange(after, input, each.settings, each.write, NOW);
        return again.happened === 'nothing' && again.claimed === undefined && again.invitation === 'keep';
      }),
    ).toEqual([]);
  });
});

function broken<T extends { case: Case }>(outcomes: readonly T[], holds: (outcome: T) => boolean): string[] {
  return outcomes
    .filter((outcome) => !holds(outcome))
    .slice(0, 5)
    .map((outcome) => outcome.case.told);
}

function seatOf(user: StoredUser | undefined) {
  return user?.state === 'active' ? user.licenseType : null;
}

function namesOf(user: StoredUser): string[] {
  return [user.userName, user.pendingUserName].filter((name) => name !== null);
}

function* cases(): Generator<Case> {
  for (const settings of SETTINGS) {
    for (const [who, given] of [['nobody', undefined] as const, ...Object.entries(PEOPLE)]) {
      const current = given === undefined ? undefined : personWith(given);
      for (const write of writesTo(current)) {
        for (const input of inputs(current?.userName ?? GUEST, write)) {
          const told = `${settings.scim.userNamePolicy} ${write} ${who}: ${JSON.stringify([input, settings.seatLimits, settings.scim.manageLicenses, settings.licenseMappings.length])}`;
          yield { current, input, settings, write, told };
        }
      }
    }
  }
}

function writesTo(current: User | undefined): readonly UserWrite[] {
  if (current === undefined) return ['create', 'edit'];
  if (current.deletedBy === 'scim') return ['create'];
  const byName = current.scimManaged ? 'create' : 'link';
  const byId = ['replace', 'modify', 'edit'] as const;
  return current.scimManaged && current.state !== 'deleted' ? byId : [byName, ...byId];
}

function* inputs(userName: string, write: UserWrite): Generator<UserInput> {
  for (const [told, address] of Object.entries(ADDRESSES)) {
    const said = address(userName);
    if ((write === 'create' || write === 'link') && !sameIgnoringCase(said.userName, userName)) continue;
    for (const active of [undefined, true, false]) {
      for (const licenseType of [undefined, null, 'it', 'analyst', 'platinum']) {
        for (const title of [undefined, 'Lead']) {
          yield {
            userName: said.userName,
            externalId: write === 'link' ? null : 'x',
            active,
            licenseType,
            namesAddress: write !== 'modify' || told !== 'without e-mails',
            attributes: {
              ...(title !== undefined && { title }),
              // A PATCH starts from what is there.
              ...(said.emails === undefined
                ? write === 'modify' && workEmailOf(userName)
                : workEmailOf(said.emails)),
            },
          };
        }
      }
    }
  }
}

function personWith(given: Partial<StoredUser>): User {
  const stored: StoredUser = { ...NEW_USER, externalId: 'x', ...given };
  return {
    ...stored,
    attributes: given.attributes ?? workEmailOf(stored.userName),
    accountId: 'account',
    id: 'user',
    createdAt: EARLIER,
    updatedAt: EARLIER,
    version: 1,
    groups: [],
  };
}

function settingsOf(
  userNamePolicy: 'email' | 'any',
  manageLicenses: boolean,
  mapped: boolean,
  analystSeats: number,
): AccountSettings {
  return {
    accountId: 'account',
    scim: {
      enabled: true,
      providerKind: 'custom',
      allowManualUpdates: false,
      manageLicenses,
      unlicensedMembers: 'hold',
      defaultLicenseType: 'developer',
      userNamePolicy,
      dialects: 'lenient',
      cursorPagination: true,
      unprovisionedSignIn: true,
      version: 1,
    },
    verifiedDomains: ['acme.example'],
    seatLimits: [
      { licenseType: 'developer', limit: 10, used: 1 },
      ...(analystSeats === 0 ? [] : [{ licenseType: 'analyst', limit: analystSeats, used: 0 } as const]),
    ],
    licenseMappings: mapped ? [{ licenseType: 'read_only', idpGroups: ['readers'] }] : [],
    customSchemas: [],
    version: 1,
    ipRulesVersion: 0,
  };
}
