import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import { findMiscounts } from '../accounts/miscounts.ts';
import { setSeatLimit } from '../accounts/set-seats.ts';
import { inTransaction } from '../database/transaction.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { connectProvider, givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { setLicenseMappings } from './set-license-mappings.ts';
import { everybody, insertPeople, peopleRows } from './licensed-account-testing.ts';
import { expectedLicense, groups, heldBy, licenseTypes, type Rules } from './license-testing.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;
const NOW = new Date('2026-11-22T08:00:00.000Z');

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const changes = fc.array(
  fc.oneof(
    fc.record({ configure: fc.record({ manageLicenses: fc.boolean() }) }),
    fc.record({ configure: fc.record({ enabled: fc.boolean() }) }),
    fc.record({ map: fc.tuple(licenseTypes, groups) }),
  ),
  { minLength: 1, maxLength: 5 },
);

describe('a change of settings over whole accounts', () => {
  it('decides for everybody what the rules tell, and leaves on what they hold only those without a seat', async () => {
    await fc.assert(
      fc.asyncProperty(peopleRows, changes, fc.option(fc.nat({ max: 4 })), async (rows, history, itSeats) => {
        const { accountId } = await givenAccount(db);
        await connectProvider(db, accountId);
        await insertPeople(db, accountId, rows);
        for (const [licenseType, limit] of [['analyst', 100] as const, ['it', itSeats] as const]) {
          await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, licenseType, limit, NOW));
        }
        let rules: Rules = {
          enabled: true,
          manageLicenses: false,
          defaultLicenseType: 'developer',
          mappings: {},
        };
        for (const change of history) {
          const before = await everybody(db, accountId);
          const next: Rules =
            'map' in change
              ? { ...rules, mappings: { ...rules.mappings, [change.map[0]]: change.map[1] } }
              : { ...rules, ...change.configure };
          await apply(accountId, change);
          const redecides = 'map' in change ? !sameMapping(rules, next) : bearsOnLicenses(rules, next);
          for (const [index, user] of (await everybody(db, accountId)).entries()) {
            const held = before[index] && heldBy(before[index]);
            const told = redecides && user.state === 'active' ? expectedLicense(next, user, held) : held;
            const waits = told?.licenseType === 'it' && itSeats !== null && held?.licenseType !== 'it';
            expect(waits ? [told, held] : [told]).toContainEqual(heldBy(user));
          }
          rules = next;
        }
        expect(await findMiscounts(db)).toEqual([]);
      }),
      { numRuns: 30, seed: 20261122, endOnFailure: true },
    );
  });
});

function apply(accountId: string, change: typeof changes extends fc.Arbitrary<(infer T)[]> ? T : never) {
  return inTransaction<unknown>(db, (trx) =>
    'map' in change
      ? setLicenseMappings(
          trx,
          operatorCaller(OPERATOR),
          accountId,
          { mappings: { [change.map[0]]: change.map[1] } },
          NOW,
        )
      : updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, change.configure, NOW),
  );
}

function sameMapping(before: Rules, after: Rules): boolean {
  return JSON.stringify(sortedMapping(before)) === JSON.stringify(sortedMapping(after));
}

function sortedMapping({ mappings }: Rules): unknown {
  return Object.entries(mappings)
    .filter(([, names]) => names.length > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function bearsOnLicenses(before: Rules, after: Rules): boolean {
  return after.enabled && (!before.enabled || before.manageLicenses !== after.manageLicenses);
}
