import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from './database/transaction.ts';
import { DomainError, VersionMismatchError } from './errors.ts';
import { changeGroup } from './groups/change-group.ts';
import { deleteGroup } from './groups/delete-group.ts';
import { givenDirectory } from './groups/group-testing.ts';
import { type TestDatabase, testDatabase } from './testing/database.ts';
import { changeUser } from './users/change-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { assertVersion } from './version-condition.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 24 });
});

afterAll(() => database[Symbol.asyncDispose]());

/** How the writes ended: done, or by which error. */
async function outcomes(writes: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const result of await Promise.allSettled(writes)) {
    const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
    const refusal = reason instanceof DomainError ? reason.code : String(reason);
    const key = result.status === 'fulfilled' ? 'done' : refusal;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const twenty = Array.from({ length: 20 }, (_, index) => index);

describe('of 20 writes at once that ask for the same version', () => {
  it('to a person, exactly one is done', async () => {
    const { db, accountId, actor, ...directory } = await givenDirectory(database.db);
    const id = await directory.user();
    const writes = twenty.map((n) =>
      inTransaction(db, (trx) =>
        changeUser(
          trx,
          actor,
          accountId,
          id,
          'modify',
          (current) => ({
            userName: current.userName,
            externalId: `${n}`,
            active: undefined,
            attributes: current.attributes,
            licenseType: undefined,
            namesAddress: false,
          }),
          new Date(),
          { oneOf: [1] },
        ),
      ),
    );
    expect(await outcomes(writes)).toEqual({ done: 1, version_mismatch: 19 });
  });

  it('to a group, exactly one is done', async () => {
    const { db, accountId, actor, ...directory } = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Team' });
    const writes = twenty.map((n) => {
      const changes = [{ kind: 'set', attribute: 'displayName', value: `Team ${n}` } as const];
      return inTransaction(db, (trx) =>
        changeGroup(trx, actor, accountId, id, { changes, scimBaseUrl: '' }, new Date(), { oneOf: [1] }),
      );
    });
    expect(await outcomes(writes)).toEqual({ done: 1, version_mismatch: 19 });
  });
});

describe('a deletion that asks for another version', () => {
  it('of a person is refused, and they stay', async () => {
    const { db, accountId, actor, ...directory } = await givenDirectory(database.db);
    const id = await directory.user();
    const remove = (version: number) =>
      inTransaction(db, (trx) => deleteUser(trx, actor, accountId, id, new Date(), { oneOf: [version] }));
    await expect(remove(2)).rejects.toBeInstanceOf(VersionMismatchError);
    await remove(1);
  });

  it('of a group is refused, and it stays', async () => {
    const { db, accountId, actor, ...directory } = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Team' });
    const remove = (version: number) =>
      inTransaction(db, (trx) => deleteGroup(trx, actor, accountId, id, new Date(), { oneOf: [version] }));
    await expect(remove(2)).rejects.toBeInstanceOf(VersionMismatchError);
    await remove(1);
    expect(await directory.group(id)).toBeUndefined();
  });
});

describe('version 3', () => {
  it.each([undefined, {}, { oneOf: [7, 3] }, { noneOf: [2] }, { noneOf: [] }, { oneOf: [3], noneOf: [2] }])(
    'satisfies %j',
    (condition) => {
      expect(() => assertVersion(3, condition)).not.toThrow();
    },
  );

  it.each([
    { oneOf: [2] },
    { oneOf: [] },
    { noneOf: [2, 3] },
    { noneOf: 'any' as const },
    { oneOf: [3], noneOf: [3] },
  ])('does not satisfy %j', (condition) => {
    expect(() => assertVersion(3, condition)).toThrow(VersionMismatchError);
  });
});
