import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { givenDirectory } from './group-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describe('DELETE of a group', () => {
  it('takes it away with its memberships and grants, counted and recorded; its name is free', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2);
    const id = await directory.unmanagedGroup('Sales', { members: [ana, ben], grants: ['billing_admin'] });
    await directory.delete(id);
    expect(await directory.group(id)).toBeUndefined();
    expect(await directory.members(id)).toEqual([]);
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
    expect(await directory.events()).toEqual([
      {
        kind: 'group.members_changed',
        alert: false,
        target_id: id,
        detail: { added: [], removed: [ana, ben] },
      },
      {
        kind: 'group.deleted',
        alert: false,
        target_id: id,
        detail: {
          displayName: 'Sales',
          externalId: null,
          scimManaged: false,
          defaultGroup: null,
          assignByDefault: false,
          attributes: {},
          permissionSets: ['billing_admin'],
          idpGroups: [],
          createdAt: '2026-01-01T00:00:00+00:00',
        },
      },
    ]);
    await expect(directory.delete(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(directory.post({ displayName: 'Sales' })).resolves.toMatchObject({ version: 1 });
  });

  it('twice at once deletes it once and is not found once', async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Sales' });
    const results = await Promise.allSettled([directory.delete(id), directory.delete(id)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'not_found' },
    });
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
  });

  it('at once with additions ends without the group and without members of it', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(20);
    const { id } = await directory.post({ displayName: 'Sales' });
    const results = await Promise.allSettled([
      ...users
        .slice(0, 10)
        .map((userId) => directory.change(id, { kind: 'addMembers', memberIds: [userId] })),
      directory.delete(id),
      ...users.slice(10).map((userId) => directory.change(id, { kind: 'addMembers', memberIds: [userId] })),
    ]);
    expect(results[10]?.status).toBe('fulfilled');
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.every(({ reason }) => reason instanceof NotFoundError)).toBe(true);
    expect(await directory.group(id)).toBeUndefined();
    expect(await directory.members(id)).toEqual([]);
    expect(await directory.totals()).toEqual({ counted: 0, stored: 0 });
  });
});
