import { afterAll, describe, expect, test } from 'vitest';
import { operatorCaller } from '../admins/caller.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { readAccountSettings } from './account-settings.ts';
import { findMiscounts } from './miscounts.ts';
import { setSeatLimit } from './set-seats.ts';
import { verifyDomain } from './verify-domain.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function setSeats(accountId: string, licenseType: LicenseType, limit: number | null) {
  return inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, licenseType, limit, NOW));
}

async function eventsOf(accountId: string, kind: string) {
  const events = await db
    .selectFrom('audit_events')
    .select('detail')
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .orderBy('id')
    .execute();
  return events.map(({ detail }) => detail);
}

function addPerson(accountId: string, name: string) {
  return inTransaction(db, (trx) =>
    createUnmanagedUser(
      trx,
      OPERATOR,
      accountId,
      { userName: `${name}@acme.example`, givenName: name, familyName: 'Test' },
      NOW,
    ),
  );
}

describe('setSeatLimit', () => {
  test('counts those who hold the type already, and nobody loses a license', async () => {
    const { accountId } = await givenAccount(db);
    await addPerson(accountId, 'anna');
    await addPerson(accountId, 'bela');
    await setSeats(accountId, 'developer', 1);
    expect((await readAccountSettings(db, accountId)).seatLimits).toEqual([
      { licenseType: 'developer', limit: 1, used: 2 },
    ]);
    await expect(addPerson(accountId, 'cleo')).rejects.toMatchObject({ reason: 'no_free_seat' });
    await setSeats(accountId, 'developer', 3);
    await addPerson(accountId, 'cleo');
    expect(await findMiscounts(db)).toEqual([]);
    await setSeats(accountId, 'developer', null);
    expect((await readAccountSettings(db, accountId)).seatLimits).toEqual([]);
    expect(await eventsOf(accountId, 'account.seats_changed')).toEqual([
      { licenseType: 'developer', before: null, after: 1 },
      { licenseType: 'developer', before: 1, after: 3 },
      { licenseType: 'developer', before: 3, after: null },
    ]);
  });

  test('counts exactly while people are being created', async () => {
    const { accountId } = await givenAccount(db);
    const names = Array.from({ length: 8 }, (_, index) => `person${index}`);
    await Promise.all([
      ...names.map((name) => addPerson(accountId, name)),
      setSeats(accountId, 'developer', 100),
    ]);
    expect((await readAccountSettings(db, accountId)).seatLimits).toEqual([
      { licenseType: 'developer', limit: 100, used: 8 },
    ]);
  });

  test('writes nothing when the limit is as it was', async () => {
    const { accountId } = await givenAccount(db, { seats: { it: 4 } });
    await setSeats(accountId, 'it', 4);
    await setSeats(accountId, 'read_only', null);
    expect(await eventsOf(accountId, 'account.seats_changed')).toEqual([]);
  });

  test('does not take analyst from an account that gives it by default or by mapping', async () => {
    const byDefault = await givenAccount(db, {
      seats: { analyst: 1 },
      scim: { default_license_type: 'analyst' },
    });
    await expect(setSeats(byDefault.accountId, 'analyst', null)).rejects.toThrowError('its default license');
    const byMapping = await givenAccount(db, { seats: { analyst: 1 } });
    await inTransaction(db, (trx) =>
      setLicenseMappings(
        trx,
        operatorCaller(OPERATOR),
        byMapping.accountId,
        { mappings: { analyst: ['Analysts'] } },
        NOW,
      ),
    );
    await expect(setSeats(byMapping.accountId, 'analyst', null)).rejects.toThrowError('SSO license mapping');
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 31])('refuses %d as a number of seats', async (limit) => {
    const { accountId } = await givenAccount(db);
    await expect(setSeats(accountId, 'it', limit)).rejects.toBeInstanceOf(InvalidInputError);
  });

  test('refuses an account that does not exist', async () => {
    await expect(setSeats(newId(), 'it', 1)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('verifyDomain', () => {
  test('vouches for a domain once, in lower case, and writes nothing the second time', async () => {
    const { accountId } = await givenAccount(db, { verifiedDomains: [] });
    await inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, accountId, 'Acme.Example', NOW));
    await inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, accountId, 'acme.example', NOW));
    expect((await readAccountSettings(db, accountId)).verifiedDomains).toEqual(['acme.example']);
    expect(await eventsOf(accountId, 'account.domain_verified')).toEqual([{ domain: 'acme.example' }]);
  });

  test('may vouch for one domain in two accounts', async () => {
    const first = await givenAccount(db, { verifiedDomains: ['shared.example'] });
    const second = await givenAccount(db, { verifiedDomains: [] });
    await inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, second.accountId, 'shared.example', NOW));
    expect((await readAccountSettings(db, first.accountId)).verifiedDomains).toEqual(['shared.example']);
    expect((await readAccountSettings(db, second.accountId)).verifiedDomains).toEqual(['shared.example']);
  });

  test('refuses an account that does not exist', async () => {
    await expect(
      inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, newId(), 'acme.example', NOW)),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('findMiscounts names every counter that differs from its rows', async () => {
  const { accountId } = await givenAccount(db, { account: { slug: 'miscounted' }, seats: { it: 9 } });
  await db
    .insertInto('resource_counts')
    .values({ account_id: accountId, resource: 'group', bucket: 3, amount: 7 })
    .execute();
  await db.updateTable('license_seats').set({ seats_used: 2 }).where('account_id', '=', accountId).execute();
  expect(await findMiscounts(db)).toEqual([
    { accountId, slug: 'miscounted', what: 'groups', counted: 7, actual: 0 },
    { accountId, slug: 'miscounted', what: 'it seats', counted: 2, actual: 0 },
  ]);
});
