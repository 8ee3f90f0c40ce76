import { afterAll, describe, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import type { LockableAction } from '../admins/manual-locks.ts';
import { RefusedError } from '../errors.ts';
import { testDatabase } from '../testing/database.ts';
import { type Hand, handOf, NOW, signedIn } from './edit-testing.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

type Kind = 'SCIM-managed' | 'unmanaged';

/** What each action needs to meet, and how it is done. */
const ACTIONS: Record<
  Exclude<LockableAction, `group_${string}` | 'user_create'>,
  (hand: Hand, id: string) => Promise<unknown>
> = {
  user_update: (hand, id) => hand.edit(id, { title: 'Lead' }),
  user_deactivate: (hand, id) => hand.deactivate(id),
  user_reactivate: (hand, id) => hand.reactivate(id),
  user_delete: (hand, id) => hand.delete(id),
  user_restore: (hand, id) => hand.restore(id),
  user_license_set: (hand, id) => hand.choose(id, 'read_only'),
};

const CONFIGURATIONS = [
  { title: 'SCIM off', scim: { enabled: false, allow_manual_updates: false, manage_licenses: true } },
  { title: 'allowManualUpdates off', scim: { allow_manual_updates: false } },
  { title: 'allowManualUpdates on', scim: { allow_manual_updates: true } },
  { title: 'both on', scim: { allow_manual_updates: true, manage_licenses: true } },
];

/** The setting that refuses it, or undefined where it is done. */
const EXPECTED: Record<string, Record<Kind, Partial<Record<LockableAction, string>>>> = {
  'SCIM off': { 'SCIM-managed': {}, unmanaged: {} },
  'allowManualUpdates off': {
    'SCIM-managed': {
      user_update: 'allowManualUpdates',
      user_deactivate: 'allowManualUpdates',
      user_reactivate: 'allowManualUpdates',
      user_delete: 'allowManualUpdates',
      user_restore: 'allowManualUpdates',
      user_license_set: 'allowManualUpdates',
    },
    unmanaged: {},
  },
  'allowManualUpdates on': { 'SCIM-managed': {}, unmanaged: {} },
  'both on': { 'SCIM-managed': { user_license_set: 'manageLicenses' }, unmanaged: {} },
};

describe.each(CONFIGURATIONS)('with $title', ({ title, scim }) => {
  it.each<Kind>(['SCIM-managed', 'unmanaged'])(
    'each action on somebody %s is done or refused',
    async (kind) => {
      const world = await givenPeople(db, { scim });
      const refusals: Record<string, unknown> = {};
      for (const [action, act] of Object.entries(ACTIONS)) {
        const id = await subjectOf(world, action, kind);
        const before = await world.read(id);
        const setting = await refusalOf(act(handOf(world), id));
        if (setting !== undefined) refusals[action] = setting;
        const changed = (await world.read(id)).version !== before.version;
        expect({ action, changed }).toEqual({ action, changed: setting === undefined });
      }
      expect(refusals).toEqual(EXPECTED[title]?.[kind]);
    },
  );

  it('a creation is done or refused', async () => {
    const world = await givenPeople(db, { scim });
    const setting = await refusalOf(handOf(world).create({ userName: 'new@acme.example' }));
    expect(setting).toBe(title === 'allowManualUpdates off' ? 'allowManualUpdates' : undefined);
  });
});

describe('while manual updates are locked', () => {
  it('an invitation to somebody elsewhere is refused like any creation', async () => {
    const world = await givenPeople(db);
    expect(await refusalOf(handOf(world).create({ userName: 'guest@elsewhere.example' }))).toBe(
      'allowManualUpdates',
    );
    expect(await world.invitations()).toEqual([]);
  });

  it('a license is decided anew by the rules, and a tombstone erased: neither is an edit', async () => {
    const world = await givenPeople(db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const gone = await world.idp.post({ userName: 'gone@acme.example' });
    await world.idp.delete(gone.id);
    await handOf(world).redecide(ana.id);
    await handOf(world).erase(gone.id);
    expect((await world.read(gone.id)).erased).toBe(true);
  });

  it('the operator can do everything all the same', async () => {
    const world = await givenPeople(db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    const operator = handOf(world, operatorCaller({ kind: 'operator', name: 'test' }));
    expect(await operator.deactivate(ana.id)).toMatchObject({ user: { state: 'deactivated' } });
  });
});

describe('a change by hand says whether the next SCIM write may undo it', () => {
  it.each([
    { kind: 'SCIM-managed', enabled: true, mayBeOverwritten: true },
    { kind: 'SCIM-managed', enabled: false, mayBeOverwritten: false },
    { kind: 'unmanaged', enabled: true, mayBeOverwritten: false },
  ] as const)('$kind, SCIM on: $enabled', async ({ kind, enabled, mayBeOverwritten }) => {
    const world = await givenPeople(db, { scim: { allow_manual_updates: true } });
    const id = await subjectOf(world, 'user_update', kind);
    await db
      .updateTable('scim_configurations')
      .set({ enabled, settings_version: 2 })
      .where('account_id', '=', world.accountId)
      .execute();
    expect(await handOf(world).edit(id, { title: 'Lead' })).toMatchObject({ mayBeOverwritten });
  });

  it('and the next SCIM write does', async () => {
    const world = await givenPeople(db, { scim: { allow_manual_updates: true } });
    const ana = await world.idp.post({ userName: 'ana@acme.example', attributes: { title: 'Engineer' } });
    await handOf(world).edit(ana.id, { title: 'Lead' });
    expect(
      await world.idp.put(ana.id, { userName: 'ana@acme.example', attributes: { title: 'Engineer' } }),
    ).toMatchObject({
      attributes: { title: 'Engineer' },
    });
  });
});

describe('what needs which right', () => {
  it.each([
    { sets: ['billing_admin'], refused: ['create', 'edit', 'deactivate', 'delete', 'restore', 'erase'] },
    { sets: ['security_admin'], refused: ['choose', 'redecide'] },
    {
      sets: ['account_viewer'],
      refused: ['create', 'edit', 'deactivate', 'delete', 'restore', 'erase', 'choose', 'redecide'],
    },
    {
      sets: ['member'],
      refused: ['create', 'edit', 'deactivate', 'delete', 'restore', 'erase', 'choose', 'redecide'],
    },
    { sets: ['account_admin'], refused: [] },
  ] as const)('$sets is refused $refused', async ({ sets, refused }) => {
    const world = await givenPeople(db, { scim: { enabled: false } });
    const ana = await world.createUnmanaged('ana@acme.example');
    const hand = handOf(world, signedIn(sets));
    const tried: Record<string, () => Promise<unknown>> = {
      create: () => hand.create({ userName: 'new@acme.example' }),
      edit: () => hand.edit(ana.id, { title: 'Lead' }),
      choose: () => hand.choose(ana.id, 'it'),
      redecide: () => hand.redecide(ana.id),
      deactivate: () => hand.deactivate(ana.id),
      delete: () => hand.delete(ana.id),
      restore: () => hand.restore(ana.id),
      erase: () => hand.erase(ana.id),
    };
    const forbidden: string[] = [];
    for (const [name, attempt] of Object.entries(tried)) {
      await attempt().catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'forbidden') forbidden.push(name);
      });
    }
    expect(forbidden.toSorted()).toEqual([...refused].toSorted());
  });

  it('a newcomer with a chosen license needs the right to change licenses besides', async () => {
    const world = await givenPeople(db, { scim: { enabled: false } });
    const security = handOf(world, signedIn(['security_admin']));
    await expect(security.create({ userName: 'a@acme.example', licenseType: 'it' })).rejects.toMatchObject({
      code: 'forbidden',
      right: 'licenses:write',
    });
    const both = handOf(world, signedIn(['security_admin', 'billing_admin']));
    expect(await both.create({ userName: 'a@acme.example', licenseType: 'it' })).toMatchObject({
      licenseType: 'it',
      licenseSource: 'manual',
      activatedAt: NOW,
    });
  });
});

/** Somebody new on whom the action would change something. */
async function subjectOf(world: PeopleWorld, action: string, kind: Kind): Promise<string> {
  const userName = `${action}@acme.example`;
  const { id } =
    kind === 'unmanaged' ? await world.createUnmanaged(userName) : await managed(world, userName);
  const operator = handOf(world, operatorCaller({ kind: 'operator', name: 'test' }));
  if (action === 'user_reactivate') await operator.deactivate(id);
  if (action === 'user_restore') await operator.delete(id);
  return id;
}

async function managed(
  { accountId, createUnmanaged }: PeopleWorld,
  userName: string,
): Promise<{ id: string }> {
  const { id } = await createUnmanaged(userName);
  await db
    .updateTable('users')
    .set({ scim_managed: true })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute();
  return { id };
}

/** The setting that refused, or undefined. Other failures are thrown on. */
async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusedError) || error.reason !== 'manual_updates_locked') throw error;
    const { setting } = error.facts;
    // The message is all that a person sees.
    return typeof setting === 'string' && error.message.includes(setting) ? setting : error.message;
  }
}
