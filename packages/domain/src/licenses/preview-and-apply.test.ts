import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { findMiscounts } from '../accounts/miscounts.ts';
import { setSeatLimit } from '../accounts/set-seats.ts';
import type { Actor } from '../actor.ts';
import { operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { PlanChangedError } from '../errors.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import type { ScimConfigurationChanges } from '../scim-access/plan-scim-configuration.ts';
import { previewScimConfiguration } from '../scim-access/preview-scim-configuration.ts';
import { connectProvider, givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import type { LicenseMappingChanges } from './license-mappings.ts';
import { isLicenseType, LICENSE_TYPES, type LicenseType } from './license-type.ts';
import type { LicenseChange } from './license-plan.ts';
import type { LicensePreview } from './license-preview.ts';
import { groups, licenseTypes } from './license-testing.ts';
import { everybody, insertPeople, peopleRows } from './licensed-account-testing.ts';
import { previewLicenseMappings } from './preview-license-mappings.ts';
import { setLicenseMappings } from './set-license-mappings.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const CALLER = operatorCaller(OPERATOR);
const NOW = new Date('2026-11-22T08:00:00.000Z');

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

type Change = { configure: ScimConfigurationChanges } | { map: LicenseMappingChanges };

interface Previewed {
  licenses: LicensePreview;
  token: string;
}

async function preview(accountId: string, change: Change): Promise<Previewed> {
  return 'map' in change
    ? previewLicenseMappings(db, CALLER, accountId, change.map, NOW)
    : previewScimConfiguration(db, CALLER, accountId, change.configure, NOW);
}

function apply(
  accountId: string,
  change: Change,
  previewToken?: string,
): Promise<{ licensesChanged: number }> {
  return inTransaction<{ licensesChanged: number }>(db, (trx) =>
    'map' in change
      ? setLicenseMappings(trx, CALLER, accountId, { mappings: change.map, previewToken }, NOW)
      : updateScimConfiguration(trx, CALLER, accountId, { ...change.configure, previewToken }, NOW),
  );
}

async function givenPeople(
  rows: Parameters<typeof insertPeople>[2],
  seats: Partial<Record<LicenseType, number>> = {},
): Promise<{ accountId: string; ids: readonly string[] }> {
  const { accountId } = await givenAccount(db);
  await connectProvider(db, accountId);
  const ids = await insertPeople(db, accountId, rows);
  for (const [licenseType, limit] of Object.entries(seats)) {
    if (!isLicenseType(licenseType)) continue;
    await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, licenseType, limit, NOW));
  }
  return { accountId, ids };
}

async function licenseEvents(accountId: string): Promise<unknown[]> {
  const events = await db
    .selectFrom('audit_events')
    .select(['target_id', 'target_version', 'detail'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'user.license_changed')
    .orderBy('target_id')
    .execute();
  return events;
}

function eventOf({ person, from, to, decision }: LicenseChange): unknown {
  return {
    target_id: person.id,
    target_version: person.version + 1,
    detail: {
      changes: {
        ...(from?.licenseType !== to.licenseType && {
          licenseType: { from: from?.licenseType, to: to.licenseType },
        }),
        ...(from?.source !== to.source && { licenseSource: { from: from?.source, to: to.source } }),
      },
      licenseDecision: decision,
    },
  };
}

const seatLimits = fc.record({ analyst: fc.nat({ max: 5 }), it: fc.option(fc.nat({ max: 5 })) });
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ configure: fc.record({ manageLicenses: fc.boolean() }) }),
  fc.record({ configure: fc.record({ enabled: fc.boolean(), manageLicenses: fc.boolean() }) }),
  fc.record({ configure: fc.record({ defaultLicenseType: licenseTypes }) }),
  fc.record({ map: fc.record({ developer: groups, it: groups, read_only: groups }) }),
  fc.record({ map: fc.record({ analyst: groups }) }),
);

describe('a preview', () => {
  test('of any change equals what applying it then does, seats included', async () => {
    await fc.assert(
      fc.asyncProperty(
        peopleRows,
        seatLimits,
        fc.array(changes, { minLength: 1, maxLength: 4 }),
        async (rows, { it, ...limits }, history) => {
          const { accountId } = await givenPeople(rows, it === null ? limits : { ...limits, it });
          const told: unknown[] = [];
          for (const change of history) {
            const before = await everybody(db, accountId);
            const { licenses, token } = await preview(accountId, change);
            expect(await everybody(db, accountId)).toEqual(before);
            const moving = licenses.changes.filter(({ keptForWantOfSeat }) => !keptForWantOfSeat);
            expect(await apply(accountId, change, token)).toMatchObject({ licensesChanged: moving.length });
            const expected = before.map((user) => {
              const moved = moving.find(({ person }) => person.id === user.id);
              if (moved === undefined) return user;
              const { licenseType, source: licenseSource } = moved.to;
              return { ...user, licenseType, licenseSource, version: user.version + 1, updatedAt: NOW };
            });
            expect(await everybody(db, accountId)).toEqual(expected);
            await expectSeats(accountId, licenses);
            told.push(...moving.map(eventOf));
          }
          expect(await licenseEvents(accountId)).toEqual(expect.arrayContaining(told));
          expect(await licenseEvents(accountId)).toHaveLength(told.length);
          expect(await findMiscounts(db)).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 20261122, endOnFailure: true },
    );
  });

  test('keeps nobody for want of a seat while one is free, and oversells none', async () => {
    await fc.assert(
      fc.asyncProperty(peopleRows, fc.nat({ max: 4 }), groups, async (rows, limit, mapped) => {
        const { accountId } = await givenPeople(rows, { it: limit });
        const { licenses } = await preview(accountId, { map: { it: mapped } });
        const seats = licenses.seats.find(({ licenseType }) => licenseType === 'it');
        if (seats === undefined) return;
        const kept = licenses.changes.some(
          ({ to, keptForWantOfSeat }) => to.licenseType === 'it' && keptForWantOfSeat,
        );
        expect(kept && seats.usedAfter < limit).toBe(false);
        expect(seats.usedAfter).toBeLessThanOrEqual(Math.max(limit, seats.usedBefore));
      }),
      { numRuns: 40, seed: 20261122 },
    );
  });

  test('says who would change, from what to what, and why; who finds no seat is last in the order of creation', async () => {
    const both = { sign_in_groups: ['Ops'] };
    const { accountId, ids } = await givenPeople(
      [both, { license_type: 'it', sign_in_groups: ['Guests'] }, both, { scim_managed: true }],
      { it: 1 },
    );
    const { licenses } = await preview(accountId, { map: { it: ['Ops'], read_only: ['Guests'] } });
    expect(
      licenses.changes.map(({ person, from, to, decision, keptForWantOfSeat }) => [
        ids.indexOf(person.id),
        from?.licenseType,
        to,
        decision.steps.at(-1)?.reason,
        keptForWantOfSeat,
      ]),
    ).toEqual([
      [
        0,
        'developer',
        { licenseType: 'it', source: 'sso_mapping' },
        'The group "Ops" of the last sign-in is mapped to it.',
        false,
      ],
      [
        1,
        'it',
        { licenseType: 'read_only', source: 'sso_mapping' },
        'The group "Guests" of the last sign-in is mapped to read_only.',
        false,
      ],
      [
        2,
        'developer',
        { licenseType: 'it', source: 'sso_mapping' },
        'The group "Ops" of the last sign-in is mapped to it.',
        true,
      ],
    ]);
    expect(licenses.moves).toEqual([
      { from: 'developer', to: 'it', people: 2, kept: 1 },
      { from: 'it', to: 'read_only', people: 1, kept: 0 },
    ]);
    expect(licenses.seats).toEqual([
      { licenseType: 'developer', limit: null, usedBefore: 3, usedAfter: 2 },
      { licenseType: 'analyst', limit: null, usedBefore: 0, usedAfter: 0 },
      { licenseType: 'it', limit: 1, usedBefore: 1, usedAfter: 1 },
      { licenseType: 'read_only', limit: null, usedBefore: 0, usedAfter: 1 },
    ]);
  });

  test('of nothing new changes nobody', async () => {
    const { accountId } = await givenPeople([{ sign_in_groups: ['Ops'] }]);
    const nothing = { changes: [], moves: [], seats: [] };
    expect((await preview(accountId, { map: { it: [] } })).licenses).toEqual(nothing);
    expect((await preview(accountId, { configure: { enabled: true } })).licenses).toEqual(nothing);
  });
});

describe('applying what was previewed', () => {
  test('is refused, naming the person, when somebody would change otherwise by now', async () => {
    const { accountId, ids } = await givenPeople([{ sign_in_groups: ['Ops'] }, { sign_in_groups: ['Ops'] }]);
    const change = { map: { it: ['Ops'] } };
    const { token } = await preview(accountId, change);
    await db
      .updateTable('users')
      .set({
        sign_in_groups: ['Sales'],
        user_name: 'bo@acme.example',
        updated_at: new Date(NOW.getTime() + 1),
      })
      .where('account_id', '=', accountId)
      .where('id', '=', ids[1] ?? '')
      .execute();
    await expect(apply(accountId, change, token)).rejects.toEqual(
      new PlanChangedError(
        'The account has changed since the preview. Look at a new one before you apply the change.',
        [
          'People from developer to it: 2 in the preview, 1 now.',
          'People who keep developer for another reason: none in the preview, 1 now.',
          'bo@acme.example has changed since.',
        ],
      ),
    );
    expect((await everybody(db, accountId)).map(({ licenseType }) => licenseType)).toEqual([
      'developer',
      'developer',
    ]);
  });

  test('is refused, naming the setting, when a setting that bears on it is another by now', async () => {
    const { accountId } = await givenPeople([]);
    const change = { map: { it: ['Ops'] } };
    const { token } = await preview(accountId, change);
    await apply(accountId, { configure: { manageLicenses: true, defaultLicenseType: 'it' } });
    await apply(accountId, { map: { it: ['Operations'] } });
    await expect(apply(accountId, change, token)).rejects.toMatchObject({
      code: 'plan_changed',
      differences: [
        'manageLicenses: off in the preview, on now.',
        'defaultLicenseType: developer in the preview, it now.',
        'Groups mapped to it: none in the preview, "Operations" now.',
      ],
    });
  });

  test('is refused when seats came or went', async () => {
    const { accountId } = await givenPeople([{ sign_in_groups: ['Ops'] }], { it: 1 });
    const change = { map: { it: ['Ops'] } };
    const { token } = await preview(accountId, change);
    await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, 'it', 0, NOW));
    await expect(apply(accountId, change, token)).rejects.toMatchObject({
      differences: [
        'Seats of it: 1 in the preview, 0 now.',
        'People from developer to it: 1 in the preview, 1, of them 1 without a seat now.',
      ],
    });
  });

  test('is done when what changed meanwhile has nothing to do with it', async () => {
    const { accountId, ids } = await givenPeople([{ sign_in_groups: ['Ops'] }, {}]);
    const change = { map: { it: ['Ops'] } };
    const { token } = await preview(accountId, change);
    await db
      .updateTable('users')
      .set({ external_id: 'x', updated_at: new Date(NOW.getTime() + 1) })
      .where('account_id', '=', accountId)
      .where('id', '=', ids[1] ?? '')
      .execute();
    await apply(accountId, { configure: { dialects: 'strict' } });
    expect(await apply(accountId, change, token)).toMatchObject({ licensesChanged: 1 });
  });

  test('twice is refused the second time: it is done already', async () => {
    const { accountId } = await givenPeople([{ sign_in_groups: ['Ops'] }]);
    const change = { map: { it: ['Ops'] } };
    const { token } = await preview(accountId, change);
    const both = await Promise.allSettled([apply(accountId, change, token), apply(accountId, change, token)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'plan_changed' },
    });
  });

  test('needs the token of this change', async () => {
    const { accountId } = await givenPeople([]);
    const { token } = await preview(accountId, { map: { it: ['Ops'] } });
    await expect(apply(accountId, { map: { it: ['Sales'] } }, token)).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'previewToken',
    });
  });

  test('with anything that is no token is refused as wrong input', async () => {
    const { accountId } = await givenPeople([]);
    const forged = fc
      .oneof(fc.string(), fc.json(), fc.base64String())
      .map((text) => (text.length % 2 === 0 ? text : Buffer.from(text).toString('base64url')));
    await fc.assert(
      fc.asyncProperty(forged, async (token) => {
        await expect(apply(accountId, { map: { it: ['Ops'] } }, token)).rejects.toMatchObject({
          code: 'invalid_input',
          path: 'previewToken',
        });
      }),
      { numRuns: 50, seed: 20261122 },
    );
  });
});

async function expectSeats(accountId: string, { seats }: LicensePreview): Promise<void> {
  if (seats.length === 0) return;
  const people = (await everybody(db, accountId)).filter(({ state }) => state === 'active');
  const { seatLimits: limits } = await readAccountSettings(db, accountId);
  expect(seats.map(({ licenseType, usedAfter, limit }) => [licenseType, usedAfter, limit])).toEqual(
    LICENSE_TYPES.map((licenseType) => [
      licenseType,
      people.filter((user) => user.licenseType === licenseType).length,
      limits.find((seat) => seat.licenseType === licenseType)?.limit ?? null,
    ]),
  );
}
