import { afterAll, describe, expect, it } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { operatorCaller } from '../admins/caller.ts';
import { setSeatLimit } from '../accounts/set-seats.ts';
import { inTransaction } from '../database/transaction.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { reassignLicenses } from '../licenses/reassign-licenses.ts';
import { lockAccount } from '../database/locks.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { testDatabase } from '../testing/database.ts';
import { signedInWith } from './edit-testing.ts';
import { changeUser } from './change-user.ts';
import type { User, UserInput } from './user.ts';
import { givenPeople } from './user-testing.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

describe('a license that a change of settings gave and no seat was free for', () => {
  it('refuses no write about something else', async () => {
    const { idp, waiting } = await givenWaiting();
    expect(waiting.licenseType).toBe('developer');
    expect(await idp.patch(waiting.id, { attributes: { title: 'Lead' } })).toMatchObject({
      licenseType: 'developer',
      attributes: { title: 'Lead' },
    });
  });

  it('is given by the next write once there is one', async () => {
    const { idp, waiting, holder } = await givenWaiting();
    await idp.patch(holder.id, { active: false });
    expect(await idp.patch(waiting.id, { attributes: { title: 'Lead' } })).toMatchObject({
      licenseType: 'it',
      licenseSource: 'sso_mapping',
    });
  });

  it('is refused where the write itself asserts it', async () => {
    const { idp, waiting } = await givenWaiting();
    const other = await idp.post({ userName: 'other@acme.example' });
    await expect(idp.patch(other.id, { licenseType: 'it' })).rejects.toMatchObject({
      reason: 'no_free_seat',
    });
    await idp.patch(waiting.id, { active: false });
    await expect(idp.patch(waiting.id, { active: true })).rejects.toMatchObject({ reason: 'no_free_seat' });
  });
});

describe('a refusal for want of a seat', () => {
  it('names the seats in use, also where the limit was lowered below them', async () => {
    const { idp, accountId } = await givenPeople(db, { seats: { developer: 2 } });
    await idp.post({ userName: 'ana@acme.example' });
    await idp.post({ userName: 'ben@acme.example' });
    await inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, accountId, 'developer', 1, new Date()));
    await expect(idp.post({ userName: 'eva@acme.example' })).rejects.toThrow('2 of 1 seats are in use');
  });

  it('of an acceptance leaves everything as it was and alerts administrators', async () => {
    const { idp, accept, read } = await givenPeople(db, { seats: { developer: 0 } });
    const ana = await idp.post({ userName: 'ana@elsewhere.example' });
    await expect(accept('ana@elsewhere.example')).rejects.toMatchObject({
      reason: 'no_free_seat',
      alert: { kind: 'invitation.acceptance_refused', alert: true, target: { id: ana.id } },
    });
    expect(await read(ana.id)).toMatchObject({ state: 'invited', version: 1 });
  });
});

describe('seats', () => {
  it('change hands between two limited types at once without anybody waiting for a deadlock', async () => {
    const { idp, accountId } = await givenPeople(db, { seats: { developer: 20, it: 20 } });
    const people = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        idp.post({ userName: `p${index}@acme.example`, licenseType: index % 2 === 0 ? 'it' : 'developer' }),
      ),
    );
    // A transaction that falls to a deadlock runs again.
    let runs = 0;
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        people.map(({ id }, index) => {
          const licenseType = (index + round) % 2 === 0 ? 'developer' : 'it';
          return inTransaction(db, (trx) => {
            runs += 1;
            return changeUser(trx, OPERATOR, accountId, id, 'modify', asserting(licenseType), new Date());
          });
        }),
      );
    }
    expect(runs).toBe(4 * people.length);
    expect(await seatsUsed(accountId)).toEqual({ developer: 8, it: 8 });
  });
});

describe('a change of settings', () => {
  it('gives no license to a local administrator, whom no rule of licenses is about', async () => {
    const world = await givenPeople(db);
    const local = await world.createUnmanaged('local@acme.example');
    await db
      .updateTable('users')
      .set({ local_administrator: true, license_type: null, license_source: null })
      .where('account_id', '=', world.accountId)
      .where('id', '=', local.id)
      .execute();
    await inTransaction(db, async (trx) => {
      await lockAccount(trx, world.accountId);
      return reassignLicenses(
        trx,
        OPERATOR,
        await readAccountSettings(trx, world.accountId),
        null,
        new Date(),
      );
    });
    expect(await world.read(local.id)).toMatchObject({ licenseType: null });
  });

  it('that gives other licenses tells each person why', async () => {
    const world = await givenPeople(db);
    const ana = await world.idp.post({ userName: 'ana@acme.example' });
    await signedInWith(world, ana.id, ['ops']);
    await inTransaction(db, (trx) =>
      setLicenseMappings(
        trx,
        operatorCaller(OPERATOR),
        world.accountId,
        { mappings: { it: ['ops'] } },
        new Date(),
      ),
    );
    await inTransaction(db, (trx) =>
      updateScimConfiguration(
        trx,
        operatorCaller(OPERATOR),
        world.accountId,
        { manageLicenses: true },
        new Date(),
      ),
    );
    expect((await world.events()).filter(({ kind }) => kind.startsWith('user.'))).toMatchObject([
      { kind: 'user.created' },
      {
        kind: 'user.license_changed',
        detail: {
          changes: {
            licenseType: { from: 'developer', to: 'it' },
            licenseSource: { from: 'default', to: 'sso_mapping' },
          },
          licenseDecision: { licenseType: 'it', source: 'sso_mapping' },
        },
      },
    ]);
  });
});

async function givenWaiting() {
  const world = await givenPeople(db, { seats: { it: 1 } });
  const holder = await world.idp.post({ userName: 'holder@acme.example', licenseType: 'it' });
  const waiting = await world.idp.post({ userName: 'waiting@acme.example' });
  await signedInWith(world, waiting.id, ['ops']);
  await inTransaction(db, (trx) =>
    setLicenseMappings(
      trx,
      operatorCaller(OPERATOR),
      world.accountId,
      { mappings: { it: ['ops'] } },
      new Date(),
    ),
  );
  return { ...world, holder, waiting };
}

function asserting(licenseType: LicenseType): (current: User) => UserInput {
  return ({ userName, externalId, attributes }) => ({
    userName,
    externalId,
    attributes,
    active: undefined,
    licenseType,
    namesAddress: false,
  });
}

async function seatsUsed(accountId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('license_seats')
    .select(['license_type', 'seats_used'])
    .where('account_id', '=', accountId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.license_type, row.seats_used]));
}
