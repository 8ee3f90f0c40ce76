import { afterAll, describe, expect, it } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { testDatabase } from '../testing/database.ts';
import { handOf, signedIn, signedInWith } from '../users/edit-testing.ts';
import { givenPeople, type PeopleWorld } from '../users/user-testing.ts';
import { lockedUserActions } from './choose-license.ts';
import { setLicenseMappings } from './set-license-mappings.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const OPEN = { scim: { allow_manual_updates: true } };

function map({ accountId }: PeopleWorld, idpGroups: readonly string[]): Promise<unknown> {
  return inTransaction(db, (trx) =>
    setLicenseMappings(trx, operatorCaller(OPERATOR), accountId, { mappings: { it: idpGroups } }, new Date()),
  );
}

describe('a manual edit of a license', () => {
  it('works where neither an asserted type nor an SSO mapping decides, for somebody managed and for somebody not', async () => {
    const world = await givenPeople(db, OPEN);
    const people = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.createUnmanaged('ben@acme.example'),
    ];
    for (const { id } of people) {
      const { user } = await handOf(world).choose(id, 'read_only');
      expect(user).toMatchObject({
        licenseType: 'read_only',
        licenseSource: 'manual',
        manualLicenseType: 'read_only',
      });
      expect(await world.read(id)).toEqual(user);
    }
  });

  it('leaves the decision with its steps in the audit event', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).choose(id, 'read_only');
    expect((await world.events()).at(-1)).toEqual({
      kind: 'user.license_changed',
      alert: false,
      detail: {
        changes: {
          manualLicenseType: { from: null, to: 'read_only' },
          licenseType: { from: 'developer', to: 'read_only' },
          licenseSource: { from: 'default', to: 'manual' },
        },
        licenseDecision: {
          licenseType: 'read_only',
          source: 'manual',
          steps: [
            {
              rule: 'scim_attribute',
              outcome: 'passed',
              reason: 'The identity provider asserts no licenseType.',
            },
            { rule: 'sso_mapping', outcome: 'passed', reason: 'The account has no SSO license mapping.' },
            { rule: 'manual', outcome: 'decided', reason: 'An administrator chose read_only.' },
          ],
        },
      },
    });
  });

  it('of the same type again writes nothing', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const { user } = await handOf(world).choose(id, 'read_only');
    expect((await handOf(world).choose(id, 'read_only')).user).toEqual(user);
    expect(await world.events()).toHaveLength(2);
  });

  it('is refused where an asserted type decides, naming the rule', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'it' });
    for (const choice of ['read_only', null] as const) {
      await expect(handOf(world).choose(id, choice)).rejects.toMatchObject({
        reason: 'license_decided_elsewhere',
        facts: { rule: 'scim_attribute', licenseType: 'it' },
        message:
          'This license is not decided by hand: The identity provider asserts licenseType "it". Change it there.',
      });
    }
    await world.idp.patch(id, { licenseType: null });
    expect(await handOf(world).choose(id, 'read_only')).toMatchObject({ user: { licenseType: 'read_only' } });
  });

  it('is refused where an SSO mapping decides, naming the rule', async () => {
    const world = await givenPeople(db, OPEN);
    const [matching, other, newcomer] = [
      await world.createUnmanaged('ana@acme.example'),
      await world.createUnmanaged('ben@acme.example'),
      await world.createUnmanaged('cho@acme.example'),
    ];
    await signedInWith(world, matching.id, ['ops']);
    await signedInWith(world, other.id, ['sales']);
    await map(world, ['ops']);
    await expect(handOf(world).choose(matching.id, 'read_only')).rejects.toMatchObject({
      facts: { rule: 'sso_mapping', licenseType: 'it' },
    });
    await expect(handOf(world).choose(other.id, 'read_only')).rejects.toMatchObject({
      facts: { rule: 'sso_mapping', licenseType: 'developer' },
    });
    expect(await handOf(world).choose(newcomer.id, 'read_only')).toMatchObject({
      user: { licenseType: 'read_only' },
    });
  });

  it('rests with the asserted type while SCIM is off: then the choice decides', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'it' });
    await db
      .updateTable('scim_configurations')
      .set({ enabled: false, settings_version: 2 })
      .where('account_id', '=', world.accountId)
      .execute();
    expect(await handOf(world).choose(id, 'read_only')).toMatchObject({ user: { licenseType: 'read_only' } });
  });

  it('with manageLicenses on is refused even to the operator, whose choice would have no effect', async () => {
    const world = await givenPeople(db, { scim: { allow_manual_updates: true, manage_licenses: true } });
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await expect(handOf(world).choose(id, 'it')).rejects.toMatchObject({
      reason: 'manual_updates_locked',
      facts: { setting: 'manageLicenses' },
    });
    await expect(handOf(world, operatorCaller(OPERATOR)).choose(id, 'it')).rejects.toMatchObject({
      reason: 'license_decided_elsewhere',
      facts: { rule: 'held', licenseType: 'developer' },
    });
    const unmanaged = await world.createUnmanaged('ben@acme.example');
    expect(await handOf(world).choose(unmanaged.id, 'it')).toMatchObject({ user: { licenseType: 'it' } });
  });

  it('taken back, is decided without what was held for it', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await handOf(world).choose(id, 'read_only');
    const { user } = await handOf(world).choose(id, null);
    expect(user).toMatchObject({
      licenseType: 'developer',
      licenseSource: 'default',
      manualLicenseType: null,
    });
    expect((await handOf(world).choose(id, null)).user.version).toBe(user.version);
  });

  it('taken back where something else gave what is held, keeps that', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.createUnmanaged('ana@acme.example');
    await handOf(world).choose(id, 'read_only');
    await signedInWith(world, id, ['ops']);
    await map(world, ['ops']);
    await map(world, []);
    expect(await world.read(id)).toMatchObject({ licenseType: 'read_only', licenseSource: 'manual' });
    expect(await handOf(world).choose(id, null)).toMatchObject({ user: { licenseSource: 'default' } });
  });

  it('of somebody who is invited or deactivated waits until they are active', async () => {
    const world = await givenPeople(db, OPEN);
    const invited = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const away = await world.idp.post({ userName: 'ben@acme.example', active: false });
    const hand = handOf(world);
    for (const { id } of [invited, away]) {
      expect(await hand.choose(id, 'it')).toMatchObject({
        user: { licenseType: null, manualLicenseType: 'it' },
      });
    }
    await world.accept('ana@elsewhere.example');
    await hand.reactivate(away.id);
    for (const { id } of [invited, away]) {
      expect(await world.read(id)).toMatchObject({ licenseType: 'it', licenseSource: 'manual' });
    }
  });

  it('of a local administrator or of somebody deleted is refused', async () => {
    const world = await givenPeople(db, OPEN);
    const { id } = await world.createUnmanaged('ana@acme.example');
    await db
      .updateTable('users')
      .set({ local_administrator: true, license_type: null, license_source: null })
      .where('account_id', '=', world.accountId)
      .where('id', '=', id)
      .execute();
    await expect(handOf(world).choose(id, 'it')).rejects.toMatchObject({ reason: 'needs_no_license' });
    expect((await handOf(world).edit(id, { title: 'Lead' })).user.licenseType).toBeNull();
    const gone = await world.createUnmanaged('ben@acme.example');
    await world.deleteAsAdministrator(gone.id);
    await expect(handOf(world).choose(gone.id, 'it')).rejects.toMatchObject({ reason: 'is_a_tombstone' });
  });
});

describe('what is shown as locked of a person before anybody tries', () => {
  it('is the choice of a license where another rule decides, with its reason', async () => {
    const world = await givenPeople(db, OPEN);
    const settings = await readAccountSettings(db, world.accountId);
    const asserted = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'it' });
    const free = await world.idp.post({ userName: 'ben@acme.example' });
    expect(lockedUserActions(settings, asserted)).toEqual([
      {
        action: 'user_license_set',
        reason:
          'This license is not decided by hand: The identity provider asserts licenseType "it". Change it there.',
        setting: null,
      },
    ]);
    expect(lockedUserActions(settings, free)).toEqual([]);
  });

  it('is named once where a setting locks it as well', async () => {
    const world = await givenPeople(db);
    const settings = await readAccountSettings(db, world.accountId);
    const asserted = await world.idp.post({ userName: 'ana@acme.example', licenseType: 'it' });
    const locked = lockedUserActions(settings, asserted).filter(
      ({ action }) => action === 'user_license_set',
    );
    expect(locked.map(({ setting }) => setting)).toEqual(['allowManualUpdates']);
  });
});

describe('seats and a manual edit', () => {
  it('a type that the account does not have is refused, for invited people too', async () => {
    const world = await givenPeople(db, OPEN);
    const people = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ana@elsewhere.example' }),
    ];
    for (const { id } of people) {
      await expect(handOf(world).choose(id, 'analyst')).rejects.toMatchObject({
        reason: 'license_unavailable',
      });
    }
  });

  it('a missing seat is refused with type, seats and use; one that is given back is free', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { it: 1 } });
    const [ana, ben] = [
      await world.idp.post({ userName: 'ana@acme.example' }),
      await world.idp.post({ userName: 'ben@acme.example' }),
    ];
    const hand = handOf(world);
    await hand.choose(ana.id, 'it');
    const refused = hand.choose(ben.id, 'it');
    await expect(refused).rejects.toMatchObject({ reason: 'no_free_seat' });
    await expect(refused).rejects.toThrow('no free it license: 1 of 1 seats');
    await hand.choose(ana.id, null);
    await hand.choose(ben.id, 'it');
    expect(await world.read(ben.id)).toMatchObject({ licenseType: 'it' });
  });
});

describe('a license decided anew', () => {
  it('comes from the stored groups of the last sign-in', async () => {
    const world = await givenPeople(db, OPEN);
    await map(world, ['ops']);
    const { id } = await world.createUnmanaged('ana@acme.example');
    await signedInWith(world, id, ['ops']);
    const { user } = await handOf(world, signedIn(['billing_admin'])).redecide(id);
    expect(user).toMatchObject({ licenseType: 'it', licenseSource: 'sso_mapping' });
    expect((await handOf(world).redecide(id)).user.version).toBe(user.version);
  });

  it('is refused where the seat that was wanting still is', async () => {
    const world = await givenPeople(db, { ...OPEN, seats: { it: 0 } });
    const { id } = await world.createUnmanaged('ana@acme.example');
    await signedInWith(world, id, ['ops']);
    await map(world, ['ops']);
    expect(await world.read(id)).toMatchObject({ licenseType: 'developer' });
    await expect(handOf(world).redecide(id)).rejects.toMatchObject({ reason: 'no_free_seat' });
    expect((await handOf(world).edit(id, { title: 'Lead' })).user.licenseType).toBe('developer');
  });
});
