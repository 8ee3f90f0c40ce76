import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountSettings } from '../accounts/account-settings.ts';
import { DomainError, NotFoundError } from '../errors.ts';
import { planConfiguration } from '../scim-access/plan-scim-configuration.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { licenseUser, newLife } from '../users/license-user.ts';
import { stateOfNewcomer } from '../users/plan-address.ts';
import { NEW_USER, planUserChange, seatOf } from '../users/plan-user-change.ts';
import { isTombstone, type StoredUser, type User, type UserInput, type UserWrite } from '../users/user.ts';
import { withChoice } from './choose-license.ts';
import { ADDRESSES, givenModel, histories, inModel, seatLimits } from './history-testing.ts';
import { mappingObstacles, planMappings } from './license-mappings.ts';
import { type LicenseChange, openLicensePlan } from './license-plan.ts';
import { isLicenseType, type LicenseType } from './license-type.ts';
import { canTakeSeat, noFreeSeat, seatsOf } from './seats.ts';
import { afterEvent, type Model, type ModelEvent } from './slow-model-testing.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');

/** An account in memory, changed by the functions that decide for the stored one. */
interface Account {
  settings: AccountSettings;
  people: readonly (User | undefined)[];
  order: readonly number[];
}

describe('ten thousand histories of settings, SCIM writes, sign-ins, acceptances, edits, deletions and returns', () => {
  it('end at each moment as the rules tell it, seats included', { timeout: 120_000 }, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seatLimits, histories, (limits, history) => {
        let model = givenModel(limits);
        let account = givenAccount(limits);
        for (const event of history) {
          const told = afterEvent(model, event);
          const happened = unlessRefused(() => happen(account, event));
          expect(happened === undefined).toBe(told === undefined);
          model = told ?? model;
          account = happened ?? account;
          expect(account.people.map(inModel)).toEqual(model.people);
          seen.add(`${event.kind} ${told === undefined ? 'refused' : 'done'}`);
        }
      }),
      { numRuns: 10_000, seed: 20261122 },
    );
    expect([...seen].toSorted()).toEqual(EVERY_OUTCOME);
  });
});

const EVERY_OUTCOME = [
  'accept',
  'administratorDelete',
  'choose',
  'configure',
  'map',
  'patch',
  'post',
  'restore',
  'scimDelete',
  'signIn',
].flatMap((kind) => [`${kind} done`, `${kind} refused`]);

function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function happen(account: Account, event: ModelEvent): Account {
  if (event.kind === 'configure') return configured(account, event.changes);
  if (event.kind === 'map') return mapped(account, event.licenseType, event.groups);
  const { who } = event;
  const { settings } = account;
  const user = account.people[who];
  switch (event.kind) {
    case 'post':
      return posted(account, who, event.asserts);
    case 'patch': {
      const input = { ...inputOf(who, user), active: event.active, licenseType: event.asserts };
      return written(account, who, shown(account, user), input, 'modify');
    }
    case 'scimDelete':
      return saved(account, who, {
        ...shown(account, user),
        state: 'deleted',
        deletedBy: 'scim',
        scimManaged: true,
      });
    case 'signIn':
      return signedIn(account, who, event.groups);
    case 'accept': {
      if (user?.state !== 'invited') throw nobody();
      return saved(
        account,
        who,
        licenseUser({ ...user, state: 'active', activatedAt: NOW }, settings, user).user,
      );
    }
    case 'choose': {
      if (user === undefined || isTombstone(user)) throw nobody();
      if (settings.scim.enabled && settings.scim.manageLicenses && user.scimManaged) throw nobody();
      return saved(account, who, licenseUser(withChoice(user, event.licenseType, settings), settings).user);
    }
    case 'administratorDelete': {
      if (user === undefined) throw nobody();
      if (isTombstone(user)) return account;
      return saved(account, who, { ...user, state: 'deleted', deletedBy: 'administrator' });
    }
    case 'restore': {
      if (user === undefined || !isTombstone(user)) throw nobody();
      const state = stateOfNewcomer(settings, user.userName);
      const restored = { ...user, ...newLife(state, NOW), state, deletedBy: null };
      return saved(account, who, licenseUser(restored, settings).user);
    }
  }
}

function posted(account: Account, who: number, asserts: LicenseType | undefined): Account {
  const user = account.people[who];
  const isLiving = user !== undefined && !isTombstone(user);
  if (!account.settings.scim.enabled || (isLiving && user.scimManaged)) throw nobody();
  const input = { ...inputOf(who, user), active: true, licenseType: asserts };
  return written(account, who, user, input, isLiving ? 'link' : 'create');
}

function written(
  account: Account,
  who: number,
  user: User | undefined,
  input: UserInput,
  write: UserWrite,
): Account {
  return saved(account, who, planUserChange(user, input, account.settings, write, NOW).next);
}

function signedIn(account: Account, who: number, groups: readonly string[] | null): Account {
  const { settings } = account;
  const user = account.people[who];
  if (user === undefined) {
    const userName = ADDRESSES[who] ?? '';
    const newcomer: StoredUser = {
      ...NEW_USER,
      state: 'active',
      scimManaged: false,
      userName,
      attributes: workEmailOf(userName),
      signInEmail: userName,
      signInGroups: groups,
      activatedAt: NOW,
    };
    return saved(account, who, licenseUser(newcomer, settings).user);
  }
  if (user.state !== 'active') throw nobody();
  if (groups === null) return account;
  const moved = unlessRefused(() =>
    saved(account, who, licenseUser({ ...user, signInGroups: groups }, settings).user),
  );
  return moved ?? account;
}

function configured(account: Account, changes: Partial<Model['rules']>): Account {
  const planned = planConfiguration(account.settings, { plan: 'enterprise', ssoConnected: true }, changes);
  const [obstacle] = planned.obstacles;
  if (obstacle !== undefined) throw obstacle;
  const after = { ...account, settings: planned.after };
  return planned.bearsOnLicenses ? reassigned(after) : after;
}

function mapped(account: Account, licenseType: LicenseType, groups: readonly string[]): Account {
  const planned = planMappings(account.settings, { [licenseType]: groups });
  const [obstacle] = mappingObstacles(planned);
  if (obstacle !== undefined) throw obstacle;
  return planned.changed.length === 0 ? account : reassigned({ ...account, settings: planned.after });
}

function reassigned(account: Account): Account {
  const plan = openLicensePlan(account.settings);
  const people = account.order.flatMap((who) => {
    const user = account.people[who];
    return user?.state === 'active' ? [licensedPerson(who, user)] : [];
  });
  const changes = [...plan.add(people), ...plan.rest()];
  return changes.filter(({ keptForWantOfSeat }) => !keptForWantOfSeat).reduce(carriedOut, account);
}

function licensedPerson(who: number, user: User) {
  const { licenseType, licenseSource: source } = user;
  return {
    id: String(who),
    userName: user.userName,
    version: user.version,
    scimManaged: user.scimManaged,
    asserted: user.assertedLicenseType,
    manual: user.manualLicenseType,
    signInGroups: user.signInGroups,
    held: licenseType === null || source === null ? null : { licenseType, source },
  };
}

function carriedOut(account: Account, { person, to }: LicenseChange): Account {
  const user = account.people[Number(person.id)];
  if (user === undefined) throw nobody();
  const next = { ...user, licenseType: to.licenseType, licenseSource: to.source };
  return withPerson(account, Number(person.id), next);
}

/** As moveSeat does it for the stored person. */
function saved(account: Account, who: number, next: StoredUser): Account {
  const user = account.people[who];
  const [from, to] = [user === undefined ? null : seatOf(user), seatOf(next)];
  if (to !== null && from !== to && !canTakeSeat(account.settings, to)) {
    throw noFreeSeat(seatsOf(account.settings, to) ?? { licenseType: to, limit: 0, used: 0 });
  }
  return withPerson(account, who, next);
}

function withPerson(account: Account, who: number, next: StoredUser): Account {
  const known = account.people[who];
  const user: User = {
    accountId: 'account',
    id: String(who),
    createdAt: NOW,
    updatedAt: NOW,
    groups: [],
    ...next,
    version: (known?.version ?? 0) + 1,
  };
  const people = account.people.map((other, index) => (index === who ? user : other));
  const seats = account.settings.seatLimits.map((seat) => ({
    ...seat,
    used: people.filter((each) => each !== undefined && seatOf(each) === seat.licenseType).length,
  }));
  return {
    settings: { ...account.settings, seatLimits: seats },
    people,
    order: known === undefined ? [...account.order, who] : account.order,
  };
}

/** Whom SCIM shows, where it is on. */
function shown({ settings }: Account, user: User | undefined): User {
  if (!settings.scim.enabled || user === undefined || user.deletedBy === 'scim') throw nobody();
  return user;
}

function nobody(): NotFoundError {
  return new NotFoundError('There is nobody for that.');
}

function inputOf(who: number, user: User | undefined) {
  const userName = ADDRESSES[who] ?? '';
  const attributes = user?.attributes ?? workEmailOf(userName);
  return { userName, externalId: user?.externalId ?? null, attributes, namesAddress: false };
}

function givenAccount(limits: Model['seats']): Account {
  const { rules } = givenModel(limits);
  return {
    settings: {
      accountId: 'account',
      scim: {
        enabled: rules.enabled,
        manageLicenses: rules.manageLicenses,
        defaultLicenseType: rules.defaultLicenseType,
        providerKind: 'custom',
        allowManualUpdates: true,
        unlicensedMembers: 'hold',
        userNamePolicy: 'email',
        dialects: 'lenient',
        cursorPagination: true,
        unprovisionedSignIn: true,
        version: 1,
      },
      verifiedDomains: ['acme.example'],
      seatLimits: Object.entries(limits).flatMap(([licenseType, limit]) =>
        isLicenseType(licenseType) && limit !== undefined ? [{ licenseType, limit, used: 0 }] : [],
      ),
      licenseMappings: [],
      customSchemas: [],
      version: 1,
      ipRulesVersion: 0,
    },
    people: ADDRESSES.map(() => undefined),
    order: [],
  };
}
