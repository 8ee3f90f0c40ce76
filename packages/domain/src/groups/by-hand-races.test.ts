import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionSetsOfUser } from '../admins/permissions-of-users.ts';
import { inTransaction } from '../database/transaction.ts';
import { DomainError } from '../errors.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { identityProvider } from '../testing/provisioning.ts';
import { administrator } from './by-hand-testing.ts';
import { type Directory, doneOrWaiting, givenDirectory } from './group-testing.ts';
import { grantPermissionSet } from './permission-set-grants.ts';
import { operatorCaller } from '../admins/caller.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 40 });
});

afterAll(() => database[Symbol.asyncDispose]());

const ROUNDS = Array.from({ length: 10 }, (_, round) => round);
const UNMANAGED = { scim_managed: false };

/** Whether each was done. What failed has to have failed by a rule. */
async function settled(...attempts: readonly Promise<unknown>[]): Promise<boolean[]> {
  const results = await Promise.allSettled(attempts);
  return results.map((result) => {
    if (result.status === 'rejected' && !(result.reason instanceof DomainError)) throw result.reason;
    return result.status === 'fulfilled';
  });
}

async function administrators(directory: Directory, userIds: readonly string[]): Promise<number> {
  const sets = await Promise.all(
    userIds.map((userId) => permissionSetsOfUser(database.db, directory.accountId, userId)),
  );
  return sets.filter((own) => own.includes('account_admin')).length;
}

describe('an account keeps an active account_admin', () => {
  it('when two administrators remove each other', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await directory.unmanagedGroup('Admins', { grants: ['account_admin'] });
    for (const _ of ROUNDS) {
      await administrator(directory).add(id, ana, ben);
      const done = await settled(
        administrator(directory, ['account_admin'], ana).remove(id, ben),
        administrator(directory, ['account_admin'], ben).remove(id, ana),
      );
      expect(done.filter(Boolean)).toHaveLength(1);
      expect(await administrators(directory, [ana, ben])).toBe(1);
    }
  });

  it('when a removal, a revocation, a deletion, a deactivation and a sign-in each would take one of several', async () => {
    for (const _ of ROUNDS) {
      const directory = await givenDirectory(database.db);
      const people = await directory.users(5, UNMANAGED);
      const group = async (person: string | undefined) => {
        const name = `Admins of ${person}`;
        return directory.unmanagedGroup(name, { members: [person ?? ''], grants: ['account_admin'] });
      };
      const [removed = '', revoked = '', deleted = '', , left = ''] = await Promise.all(people.map(group));
      await directory.mapped(left, 'nobody');
      const admin = administrator(directory);
      await settled(
        admin.remove(removed, people[0] ?? ''),
        admin.revoke(revoked, 'account_admin'),
        admin.delete(deleted),
        identityProvider(database.db, directory).delete(people[3] ?? ''),
        directory.signIn(people[4] ?? '', []),
      );
      expect(await administrators(directory, people)).toBe(1);
    }
  });

  it('when somebody is deactivated as no administrator while a grant makes them one', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team', { members: [ana] });
    const operator = operatorCaller({ kind: 'operator', name: 'test' });
    const idp = identityProvider(database.db, directory);
    let deactivation: Promise<unknown> = Promise.resolve();
    await inTransaction(database.db, async (trx) => {
      await grantPermissionSet(trx, operator, directory.accountId, id, 'account_admin', new Date());
      deactivation = idp.patch(ana, { active: false });
      await doneOrWaiting(database.db, deactivation);
    });
    await expect(deactivation).rejects.toMatchObject({ reason: 'last_account_admin' });
    expect(await administrators(directory, [ana])).toBe(1);
  });
});

describe('a group that is written to at once', () => {
  it('by SCIM and by a sign-in has whoever either brought in, once, and a version for each', async () => {
    const directory = await givenDirectory(database.db);
    for (const round of ROUNDS) {
      const [ana = '', ben = ''] = await directory.users(2, UNMANAGED, `round-${round}`);
      const id = await directory.unmanagedGroup(`Team ${round}`, { scim_managed: true });
      await directory.mapped(id, 'a');
      const addition = { kind: 'addMembers', memberIds: [ana, ben] } as const;
      expect(await settled(directory.change(id, addition), directory.signIn(ana, ['a']))).toEqual([
        true,
        true,
      ]);
      expect(await directory.members(id)).toEqual([ana, ben]);
      expect(['scim', 'sso_mapping']).toContain((await directory.origins(id))[0]);
      const events = await directory.events();
      const changes = events.filter(
        ({ kind, target_id: target }) => kind === 'group.members_changed' && target === id,
      );
      expect(await directory.versionOf(id)).toBe(1 + changes.length);
    }
  });

  it('by many sign-ins and removals ends as the events tell, without a deadlock that anybody sees', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(20, UNMANAGED);
    const groups = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        const id = await directory.unmanagedGroup(`Group ${name}`);
        await directory.mapped(id, name);
        return id;
      }),
    );
    const admin = administrator(directory);
    const done = await settled(
      ...users.flatMap((user, index) => [
        directory.signIn(user, index % 2 === 0 ? ['a', 'b'] : ['b', 'c']),
        admin.add(groups[index % 3] ?? '', user),
        admin.remove(groups[(index + 1) % 3] ?? '', user),
      ]),
    );
    expect(done).toEqual(done.map(() => true));
    for (const id of groups) {
      const changes = (await directory.events()).filter(({ target_id: target }) => target === id);
      expect(await directory.versionOf(id)).toBe(1 + changes.length);
    }
  });

  it('by the deletion of it and by somebody who adds, renames, grants and maps is gone, with all that was added', async () => {
    const directory = await givenDirectory(database.db);
    const admin = administrator(directory);
    for (const round of ROUNDS) {
      const [ana = '', ben = ''] = await directory.users(2, UNMANAGED, `deletion-${round}`);
      const id = await directory.unmanagedGroup(`Gone ${round}`, { assign_by_default: true });
      const [isDeleted] = await settled(
        admin.delete(id),
        admin.add(id, ana),
        admin.update(id, { displayName: `Here ${round}` }),
        admin.grant(id, 'member'),
        admin.map(id, ['a']),
        directory.signIn(ben, ['a']),
      );
      expect(isDeleted).toBe(true);
      expect(await directory.members(id)).toEqual([]);
      expect(await directory.membershipsOf(ben)).toEqual({});
    }
  });

  it('by two renames to one name has it once', async () => {
    const directory = await givenDirectory(database.db);
    const admin = administrator(directory);
    const ids = await Promise.all(['A', 'B'].map((name) => directory.unmanagedGroup(name)));
    const done = await settled(
      ...ids.map((id) => admin.update(id, { displayName: 'Same' })),
      admin.create('same'),
    );
    expect(done.filter(Boolean)).toHaveLength(1);
  });
});

describe('a mapping that changes during a sign-in', () => {
  it('is followed as it was or as it is, never in part', async () => {
    const directory = await givenDirectory(database.db);
    const admin = administrator(directory);
    const first = await directory.unmanagedGroup('First');
    const second = await directory.unmanagedGroup('Second');
    for (const round of ROUNDS) {
      await admin.map(first, ['a']);
      await admin.map(second, ['b']);
      const ana = await directory.user(UNMANAGED, `mapping-${round}`);
      await settled(directory.signIn(ana, ['a']), admin.map(second, ['a', 'b']), admin.map(first, ['c']));
      const names = Object.keys(await directory.membershipsOf(ana));
      const possible = [[first], [first, second], [second], []];
      expect(possible.map((groups) => groups.toSorted())).toContainEqual(names.toSorted());
      await directory.signIn(ana, ['a']);
      expect(Object.keys(await directory.membershipsOf(ana))).toEqual([second]);
    }
  });
});

describe('nobody gives a right that they lack, also in a race', () => {
  it('who adds to a group that gets account_admin meanwhile is judged by what it carries then', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user();
    const id = await directory.unmanagedGroup('Team');
    const operator = operatorCaller({ kind: 'operator', name: 'test' });
    let addition: Promise<unknown> = Promise.resolve();
    await inTransaction(database.db, async (trx) => {
      await grantPermissionSet(trx, operator, directory.accountId, id, 'account_admin', new Date());
      addition = administrator(directory, ['security_admin']).add(id, ana);
      await doneOrWaiting(database.db, addition);
    });
    await expect(addition).rejects.toMatchObject({ code: 'forbidden' });
    expect(await directory.members(id)).toEqual([]);
  });

  it('a grant that is revoked while somebody is added leaves a member without the right', async () => {
    const directory = await givenDirectory(database.db);
    const chief = await directory.user();
    await directory.unmanagedGroup('Chiefs', { members: [chief], grants: ['account_admin'] });
    const admin = administrator(directory);
    for (const round of ROUNDS) {
      const ana = await directory.user({}, `grant-${round}`);
      const id = await directory.unmanagedGroup(`Team ${round}`, { grants: ['account_admin'] });
      const done = await settled(admin.revoke(id, 'account_admin'), admin.add(id, ana));
      expect(done).toEqual([true, true]);
      expect(await permissionSetsOfUser(database.db, directory.accountId, ana)).toEqual([]);
    }
  });
});
