import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { findMiscounts } from '../accounts/miscounts.ts';
import { setSeatLimit } from '../accounts/set-seats.ts';
import { operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { changeGroup } from '../groups/change-group.ts';
import { newId } from '../ids.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import { type ScimConfigurationInput, updateScimConfiguration } from '../scim-access/configure-scim.ts';
import { scimActor } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { listAllUsers } from './list-all-users.ts';
import { provisionUser } from './provision-user.ts';
import { restoreUser } from './restore-user.ts';
import type { User, UserInput } from './user.ts';
import { givenPeople, type PeopleWorld, together } from './user-testing.ts';

const OPERATOR = { kind: 'operator', name: 'test' } as const;
const ROUNDS = 8;

const database = await testDatabase({ poolSize: 16 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

describe('two writes to one name at once', () => {
  it('renaming somebody to it and creating somebody with it: one has it', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `n${round}@acme.example`;
      const ana = await world.idp.post({ userName: `ana${round}@acme.example` });
      const results = await together([
        world.idp.patch(ana.id, { userName: name }),
        world.idp.post({ userName: name }),
        world.idp.post({ userName: name.toUpperCase() }),
      ]);
      expect(results.filter((result) => result === 'done')).toHaveLength(1);
      expect(results.filter((result) => result === 'user_name_taken')).toHaveLength(2);
    }
  });

  it('asking for it, pending, and creating somebody with it: one has it', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `n${round}@elsewhere.example`;
      const ana = await world.idp.post({ userName: `ana${round}@acme.example` });
      const results = await together([
        world.idp.patch(ana.id, { userName: name }),
        world.idp.post({ userName: name }),
      ]);
      expect(results.toSorted()).toEqual(['done', 'user_name_taken']);
    }
  });

  it('giving it up and taking it: both happen, or the taker is told that it was taken', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `n${round}@acme.example`;
      const ana = await world.idp.post({ userName: name });
      const [renamed, posted] = await together([
        world.idp.patch(ana.id, { userName: `ana${round}@acme.example` }),
        world.idp.post({ userName: name }),
      ]);
      expect(renamed).toBe('done');
      expect(['done', 'user_name_taken']).toContain(posted);
    }
  });

  it('swapping names is refused for both, whoever comes first', async () => {
    const world = await givenPeople(db);
    const [a, b] = [
      await world.idp.post({ userName: 'a@acme.example' }),
      await world.idp.post({ userName: 'b@acme.example' }),
    ];
    const results = await together([
      world.idp.patch(a.id, { userName: b.userName }),
      world.idp.patch(b.id, { userName: a.userName }),
    ]);
    expect(results).toEqual(['user_name_taken', 'user_name_taken']);
  });
});

describe('one person, changed in two ways at once', () => {
  it('linked and deleted: deleted, or back as the same person', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const userName = `n${round}@acme.example`;
      const ana = await world.createUnmanaged(userName);
      const results = await together([world.idp.post({ userName }), world.idp.delete(ana.id)]);
      expect(results).toEqual(['done', 'done']);
      const people = (await everybody(world)).filter((user) => user.userName === userName);
      expect(people).toHaveLength(1);
      expect(people[0]).toMatchObject({ id: ana.id, scimManaged: true });
    }
  });

  it('revived by several POSTs: one revives, and nobody else is made', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const userName = `n${round}@acme.example`;
      const ana = await world.idp.post({ userName });
      await world.idp.delete(ana.id);
      const results = await together([1, 2, 3].map(() => world.idp.post({ userName })));
      expect(results.toSorted()).toEqual(['done', 'user_name_taken', 'user_name_taken']);
      expect((await everybody(world)).filter((user) => user.userName === userName)).toHaveLength(1);
    }
  });

  it('restored and posted anew: one of them gets the name', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const userName = `n${round}@acme.example`;
      const ana = await world.idp.post({ userName, externalId: '1' });
      await world.idp.delete(ana.id);
      // A transaction that falls to a deadlock runs again, after a second.
      let runs = 0;
      const results = await together([
        inTransaction(db, (trx) => {
          runs += 1;
          return restoreUser(trx, operatorCaller(OPERATOR), world.accountId, ana.id, new Date());
        }),
        inTransaction(db, (trx) => {
          runs += 1;
          return provisionUser(trx, scimActor(), world.accountId, personNamed(userName, '2'), new Date());
        }),
      ]);
      expect(results.toSorted()).toEqual(['done', 'user_name_taken']);
      expect(runs).toBe(2);
    }
  });

  it('erased and restored: one of them, and an erased person is not alive', async () => {
    const world = await givenPeople(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      const ana = await world.idp.post({ userName: `n${round}@acme.example` });
      await world.idp.delete(ana.id);
      const results = await together([world.erase(ana.id), world.restore(ana.id)]);
      expect(results.toSorted()).toEqual(['done', 'not_a_tombstone']);
      const after = await world.read(ana.id);
      expect(after.erased).toBe(after.state === 'deleted');
    }
  });

  it('accepting twice: one acceptance, one seat', async () => {
    const world = await givenPeople(db, { seats: { developer: 100 } });
    for (let round = 0; round < ROUNDS; round += 1) {
      const address = `n${round}@elsewhere.example`;
      await world.idp.post({ userName: address });
      const results = await together([world.accept(address), world.accept(address), world.accept(address)]);
      expect(results.toSorted()).toEqual(['done', 'no_invitation', 'no_invitation']);
    }
  });

  it('accepting and being deactivated: inactive in the end, with no invitation left', async () => {
    const world = await givenPeople(db, { seats: { developer: 100 } });
    for (let round = 0; round < ROUNDS; round += 1) {
      const address = `n${round}@elsewhere.example`;
      const ana = await world.idp.post({ userName: address });
      const [, deactivated] = await together([
        world.accept(address),
        world.idp.patch(ana.id, { active: false }),
      ]);
      expect(deactivated).toBe('done');
      expect(await world.read(ana.id)).toMatchObject({ state: 'deactivated' });
    }
    expect((await world.invitations()).filter(({ outcome }) => outcome === null)).toEqual([]);
  });
});

describe('the last account administrators', () => {
  it('withdrawn at once by PATCH, by DELETE, by a POST that links and by leaving the group: one survives', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const world = await givenPeople(db);
      const [a, b, c] = [
        await world.idp.post({ userName: 'a@acme.example' }),
        await world.idp.post({ userName: 'b@acme.example' }),
        await world.idp.post({ userName: 'c@acme.example' }),
      ];
      const d = await world.createUnmanaged('d@acme.example');
      const groupId = await givenAdministrators(world, [a, b, c, d]);
      const results = await together([
        world.idp.patch(a.id, { active: false }),
        world.idp.delete(b.id),
        leave(world, groupId, [c.id]),
        world.idp.post({ userName: d.userName, active: false }),
      ]);
      expect(results.toSorted()).toEqual(['done', 'done', 'done', 'last_account_admin']);
      expect(await activeAdministrators(world)).toBe(1);
    }
  });

  it('are not gone when one joins while the others go', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const world = await givenPeople(db);
      const [a, b] = [
        await world.idp.post({ userName: 'a@acme.example' }),
        await world.idp.post({ userName: 'b@acme.example' }),
      ];
      const groupId = await givenAdministrators(world, [a]);
      await together([
        exchange(world, groupId, a.id, b.id),
        world.idp.patch(b.id, { active: false }),
        world.idp.patch(a.id, { active: false }),
      ]);
      expect(await activeAdministrators(world)).toBe(1);
    }
  });
});

describe('seats', () => {
  it('released and taken in parallel are never oversold and never lost', async () => {
    const world = await givenPeople(db, { seats: { developer: 5, it: 5 } });
    const people: User[] = [];
    for (let index = 0; index < 16; index += 1) {
      people.push(await world.idp.post({ userName: `p${index}@acme.example`, active: false }));
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      const results = await together(
        people.map(({ id }, index) =>
          (index + round) % 3 === 0
            ? world.idp.patch(id, { active: false })
            : world.idp.patch(id, { active: true, licenseType: index % 2 === 0 ? 'it' : 'developer' }),
        ),
      );
      expect(results.every((result) => result === 'done' || result === 'no_free_seat')).toBe(true);
      expect(await findMiscounts(db)).toEqual([]);
      const holders = (await everybody(world)).filter((user) => user.state === 'active');
      expect(holders.filter((user) => user.licenseType === 'it').length).toBeLessThanOrEqual(5);
      expect(holders.filter((user) => user.licenseType === 'developer').length).toBeLessThanOrEqual(5);
    }
  });
});

describe('settings changed while fifty people are created', () => {
  it('end with licenses and counts that one order explains', async () => {
    const world = await givenPeople(db, { seats: { read_only: 60 } });
    const creations = Array.from({ length: 50 }, (_, index) =>
      world.idp.post({ userName: `p${index}@acme.example`, ...(index % 2 === 0 && { licenseType: 'it' }) }),
    );
    const results = await together([
      ...creations,
      configure(world, { defaultLicenseType: 'read_only' }),
      configure(world, { manageLicenses: true }),
      inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, world.accountId, 'developer', 50, new Date())),
      inTransaction(db, (trx) =>
        setLicenseMappings(
          trx,
          operatorCaller(OPERATOR),
          world.accountId,
          { mappings: { it: ['ops'] } },
          new Date(),
        ),
      ),
      inTransaction(db, (trx) => setSeatLimit(trx, OPERATOR, world.accountId, 'it', 60, new Date())),
    ]);
    expect(new Set(results)).toEqual(new Set(['done']));
    for (const user of await everybody(world)) {
      // Who came before the new default keeps the old one.
      const expected = user.assertedLicenseType === 'it' ? ['it'] : ['developer', 'read_only'];
      expect(expected).toContain(user.licenseType);
    }
  });

  it('or SCIM switched off: each one is there, active and licensed, or was refused whole', async () => {
    const world = await givenPeople(db);
    const creations = Array.from({ length: 50 }, (_, index) =>
      world.idp.post({ userName: `p${index}@acme.example` }),
    );
    const results = await together([...creations, configure(world, { enabled: false })]);
    const people = await everybody(world);
    expect(results.filter((result) => result === 'done')).toHaveLength(people.length + 1);
    expect(results.every((result) => result === 'done' || result === 'scim_disabled')).toBe(true);
    expect(people.every((user) => user.state === 'active' && user.licenseType === 'developer')).toBe(true);
  });
});

it('all of this leaves every counter true', async () => {
  expect(await findMiscounts(db)).toEqual([]);
});

function personNamed(userName: string, externalId: string): UserInput {
  return { userName, externalId, active: true, attributes: {}, licenseType: undefined, namesAddress: true };
}

function configure(world: PeopleWorld, changes: ScimConfigurationInput): Promise<unknown> {
  return inTransaction(db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(OPERATOR), world.accountId, changes, new Date()),
  );
}

/** How each of the writes ended: 'done', or the reason of its refusal. Whatever else is thrown fails the test. */

async function everybody({ accountId }: PeopleWorld): Promise<User[]> {
  return (await listAllUsers(db, accountId, { limit: 1000 })).users;
}

/** A group that SCIM sees, whose members are account administrators. */
async function givenAdministrators({ accountId }: PeopleWorld, people: readonly User[]): Promise<string> {
  const groupId = newId();
  const now = new Date();
  await inTransaction(db, async (trx) => {
    await trx
      .insertInto('groups')
      .values({
        account_id: accountId,
        id: groupId,
        display_name: 'Admins',
        scim_managed: true,
        created_at: now,
        updated_at: now,
      })
      .execute();
    await trx
      .insertInto('group_permission_sets')
      .values({ account_id: accountId, group_id: groupId, permission_set: 'account_admin' })
      .execute();
    await trx
      .insertInto('group_members')
      .values(
        people.map(({ id }) => ({
          account_id: accountId,
          group_id: groupId,
          user_id: id,
          origin: 'scim',
          added_at: now,
        })),
      )
      .execute();
    await sql`
      insert into resource_counts (account_id, resource, bucket, amount) values (${accountId}, 'group', 0, 1)`.execute(
      trx,
    );
  });
  return groupId;
}

function leave({ accountId }: PeopleWorld, groupId: string, memberIds: readonly string[]): Promise<unknown> {
  const changes = [{ kind: 'removeMembers', memberIds }] as const;
  return inTransaction(db, (trx) =>
    changeGroup(trx, scimActor(), accountId, groupId, { changes, scimBaseUrl: '' }, new Date()),
  );
}

function exchange({ accountId }: PeopleWorld, groupId: string, from: string, to: string): Promise<unknown> {
  const changes = [
    { kind: 'addMembers', memberIds: [to] },
    { kind: 'removeMembers', memberIds: [from] },
  ] as const;
  return inTransaction(db, (trx) =>
    changeGroup(trx, scimActor(), accountId, groupId, { changes, scimBaseUrl: '' }, new Date()),
  );
}

async function activeAdministrators({ accountId }: PeopleWorld): Promise<number> {
  const { rows } = await sql<{ administrators: number }>`
    select count(distinct u.id) as administrators from users u
    join group_members m on m.account_id = ${accountId} and m.user_id = u.id
    join group_permission_sets p on p.account_id = ${accountId} and p.group_id = m.group_id
    where u.account_id = ${accountId} and u.state = 'active' and p.permission_set = 'account_admin'`.execute(
    db,
  );
  return rows[0]?.administrators ?? 0;
}
