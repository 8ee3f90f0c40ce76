import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { operatorCaller } from '../admins/caller.ts';
import { DomainError } from '../errors.ts';
import { updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { previewScimConfiguration } from '../scim-access/preview-scim-configuration.ts';
import { givenSignIn, OPERATOR, type SignInWorld } from '../sso/sso-testing.ts';
import { testDatabase } from '../testing/database.ts';
import { handOf } from '../users/edit-testing.ts';
import { listAllUsers } from '../users/list-all-users.ts';
import type { User } from '../users/user.ts';
import { ADDRESSES, givenModel, histories, inModel, seatLimits } from './history-testing.ts';
import { previewLicenseMappings } from './preview-license-mappings.ts';
import { setLicenseMappings } from './set-license-mappings.ts';
import { afterEvent, type ModelEvent } from './slow-model-testing.ts';

const CALLER = operatorCaller(OPERATOR);

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

it(
  'histories of stored accounts, through the use cases, end at each moment as the rules tell it',
  { timeout: 120_000 },
  async () => {
    let events = 0;
    await fc.assert(
      fc.asyncProperty(seatLimits, histories, async (limits, history) => {
        let model = givenModel(limits);
        const world = await givenSignIn(db, { seats: limits, scim: { allow_manual_updates: true } });
        for (const event of history) {
          const told = afterEvent(model, event);
          expect(await happens(world, event)).toBe(told !== undefined);
          model = told ?? model;
          expect((await peopleOf(world)).map(inModel)).toEqual(model.people);
          events += 1;
        }
      }),
      { numRuns: 40, seed: 20261122, endOnFailure: true },
    );
    expect(events).toBeGreaterThan(300);
    expect(await findMiscounts(db)).toEqual([]);
  },
);

/** Whether the event was not refused. */
async function happens(world: SignInWorld, event: ModelEvent): Promise<boolean> {
  try {
    return await happen(world, event);
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

async function happen(world: SignInWorld, event: ModelEvent): Promise<boolean> {
  const { accountId, idp } = world;
  if (event.kind === 'configure') {
    const { token } = await previewScimConfiguration(db, CALLER, accountId, event.changes, new Date());
    const input = { ...event.changes, previewToken: token };
    await world.as((trx) => updateScimConfiguration(trx, CALLER, accountId, input, new Date()));
    return true;
  }
  if (event.kind === 'map') {
    const mappings = { [event.licenseType]: event.groups };
    const { token } = await previewLicenseMappings(db, CALLER, accountId, mappings, new Date());
    const input = { mappings, previewToken: token };
    await world.as((trx) => setLicenseMappings(trx, CALLER, accountId, input, new Date()));
    return true;
  }
  const address = ADDRESSES[event.who] ?? '';
  const id = (await peopleOf(world))[event.who]?.id ?? '';
  switch (event.kind) {
    case 'post':
      await idp.post({ userName: address, licenseType: event.asserts });
      return true;
    case 'patch':
      await idp.patch(id, { active: event.active, licenseType: event.asserts });
      return true;
    case 'scimDelete':
      await idp.delete(id);
      return true;
    case 'signIn': {
      const identity = { subject: `sub-${address}`, address, groups: event.groups };
      return (await world.signIn(identity)).kind === 'signed_in';
    }
    case 'accept':
      await world.accept(address);
      return true;
    case 'choose':
      await handOf(world, CALLER).choose(id, event.licenseType);
      return true;
    case 'administratorDelete':
      await handOf(world, CALLER).delete(id);
      return true;
    case 'restore':
      await handOf(world, CALLER).restore(id);
      return true;
  }
}

async function peopleOf({ accountId }: SignInWorld): Promise<(User | undefined)[]> {
  const { users } = await listAllUsers(db, accountId, { limit: 100 });
  return ADDRESSES.map((address) => users.find(({ userName }) => userName === address));
}
