import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { countResources } from '../database/resource-counts.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Position } from '../pages/position.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { createUnmanagedUser } from './create-unmanaged-user.ts';
import { grant, handOf } from './edit-testing.ts';
import { countUsers, searchUsers } from './search-users.ts';
import type { User } from './user.ts';
import type { UserOrder, UserSearch } from './user-search.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const BY_NAME: UserOrder = { field: 'userName', descending: false };

let database: TestDatabase;
let world: PeopleWorld;
let groupId: string;
const everybody = new Map<string, User>();

beforeAll(async () => {
  database = await testDatabase();
  world = await givenPeople(database.db, { scim: { allow_manual_updates: true } });
  const { idp } = world;
  const hand = handOf(world);
  const ana = await idp.post({
    userName: 'ana@acme.example',
    licenseType: 'it',
    attributes: { displayName: 'Ana Itō', name: { givenName: 'Ana', familyName: 'Itō' } },
  });
  const ben = await hand.create({ userName: 'Ben.Okonkwo@acme.example', licenseType: 'read_only' });
  const guest = await idp.post({ userName: 'guest_100%@elsewhere.example' });
  const away = await idp.post({ userName: 'away@acme.example', active: false });
  const waiting = await idp.post({ userName: 'waiting@acme.example' });
  await hand.edit(waiting.id, { userName: 'new.name@elsewhere.example' });
  const local = await createLocal('zz.local@acme.example');
  const deleted = await idp.post({
    userName: 'deleted@acme.example',
    attributes: { displayName: 'Ana Gone' },
  });
  await hand.delete(deleted.id);
  const gone = await idp.post({ userName: 'gone@acme.example' });
  await idp.delete(gone.id);
  groupId = await grant(database.db, world.accountId, ['member'], [ana.id, away.id, deleted.id]);
  // Somebody like Ana in another account.
  const other = await givenPeople(database.db);
  await other.idp.post({ userName: 'ana@acme.example' });
  for (const { id } of [ana, ben, guest, away, waiting, local, deleted, gone]) {
    const user = await world.read(id);
    everybody.set(user.userName, { ...user, groups: [] });
  }
});

afterAll(() => database[Symbol.asyncDispose]());

const LIVING = [
  'ana@acme.example',
  'away@acme.example',
  'Ben.Okonkwo@acme.example',
  'guest_100%@elsewhere.example',
  'waiting@acme.example',
  'zz.local@acme.example',
];

describe('an administrator finds', () => {
  test.each<[string, () => UserSearch, readonly string[]]>([
    ['everybody living, local administrators included', () => ({}), LIVING],
    [
      'tombstones, where they are asked for',
      () => ({ state: 'deleted' }),
      ['deleted@acme.example', 'gone@acme.example'],
    ],
    ['the invited', () => ({ state: 'invited' }), ['guest_100%@elsewhere.example']],
    ['the deactivated', () => ({ state: 'deactivated' }), ['away@acme.example']],
    ['holders of a license type', () => ({ licenseType: 'it' }), ['ana@acme.example']],
    ['licenses by their source', () => ({ licenseSource: 'manual' }), ['Ben.Okonkwo@acme.example']],
    [
      'whom SCIM does not manage',
      () => ({ managed: false }),
      ['Ben.Okonkwo@acme.example', 'zz.local@acme.example'],
    ],
    ['members of a group, held ones too', () => ({ groupId }), ['ana@acme.example', 'away@acme.example']],
    ['deleted members of a group', () => ({ groupId, state: 'deleted' }), ['deleted@acme.example']],
    ['nobody in a group that is none', () => ({ groupId: 'owners' }), []],
    ['nobody created in the future', () => ({ createdFrom: new Date(Date.now() + 60_000) }), []],
    [
      'whom was created before',
      () => ({ createdBefore: new Date(Date.now() + 60_000), state: 'invited' }),
      ['guest_100%@elsewhere.example'],
    ],
    ['by a part of a name, in any letter case', () => ({ search: 'TŌ' }), ['ana@acme.example']],
    ['by words of different names', () => ({ search: ' itō  acme ' }), ['ana@acme.example']],
    ['by a part of the user name', () => ({ search: 'okonk' }), ['Ben.Okonkwo@acme.example']],
    ['by the address that waits', () => ({ search: 'new.name@' }), ['waiting@acme.example']],
    ['by signs that are no wildcards', () => ({ search: '0%@' }), ['guest_100%@elsewhere.example']],
    ['by two letters', () => ({ search: 'zz' }), ['zz.local@acme.example']],
    ['nobody by words of which one is missing', () => ({ search: 'ana nobody' }), []],
    ['a tombstone by its name', () => ({ search: 'ana gone', state: 'deleted' }), ['deleted@acme.example']],
    [
      'by several conditions at once',
      () => ({ search: 'acme', managed: true, state: 'active' }),
      ['ana@acme.example', 'waiting@acme.example'],
    ],
  ])('%s', async (_title, search, expected) => {
    const users = await found({ search: search() });
    expect(users.map(({ item }) => item)).toEqual(expected.map((userName) => everybody.get(userName)));
    expect(await countUsers(database.db, world.accountId, search())).toBe(expected.length);
  });

  it('nobody by the name of an erased person', async () => {
    const erased = await world.idp.post({
      userName: 'erase.me@acme.example',
      attributes: { displayName: 'Erasable' },
    });
    await world.idp.delete(erased.id);
    await world.erase(erased.id);
    for (const search of ['erase.me', 'erasable']) {
      expect(await found({ search: { search, state: 'deleted' } })).toEqual([]);
    }
    await database.db
      .deleteFrom('users')
      .where('account_id', '=', world.accountId)
      .where('id', '=', erased.id)
      .execute();
  });
});

describe('walked page by page', () => {
  const orders = (['userName', 'createdAt', 'updatedAt'] as const).flatMap((field) =>
    [false, true].map((descending) => ({ field, descending })),
  );

  test.each(orders)(
    'in the order of $field, descending: $descending, each is met once, both ways',
    async (order) => {
      for (const search of [{}, { search: 'acme' }, { state: 'deleted' }] as const) {
        const whole = (await found({ search, order })).map(({ item }) => item.userName);
        expect(whole).toEqual(inOrder(whole, order));
        expect(await walk(search, order, false)).toEqual(whole);
        expect((await walk(search, order, true)).toReversed()).toEqual(whole);
      }
    },
  );
});

async function walk(search: UserSearch, order: UserOrder, backward: boolean): Promise<string[]> {
  const names: string[] = [];
  let behind: Position | undefined;
  for (;;) {
    const cut = { search, order, behind, backward, limit: 2 };
    const users = await searchUsers(database.db, world.accountId, cut);
    names.push(...users.map(({ item }) => item.userName));
    behind = users.at(-1)?.position;
    if (users.length < 2) return names;
  }
}

function found(cut: { search: UserSearch; order?: UserOrder }) {
  return searchUsers(database.db, world.accountId, {
    order: BY_NAME,
    ...cut,
    behind: undefined,
    backward: false,
    limit: 100,
  });
}

/** As the order is told to people. */
function inOrder(names: readonly string[], { field, descending }: UserOrder): string[] {
  const keyOf = (userName: string): string => {
    const user = everybody.get(userName);
    if (field === 'userName') return userName.toLowerCase();
    // Ids are made in the order of time.
    return `${field === 'updatedAt' ? (user?.updatedAt.toISOString() ?? '') : ''} ${user?.id ?? ''}`;
  };
  const sorted = names.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return descending ? sorted.toReversed() : sorted;
}

async function createLocal(userName: string): Promise<User> {
  const { db, accountId } = world;
  const person = { userName, givenName: 'Lo', familyName: 'Cal' };
  const user = await inTransaction(db, (trx) =>
    createUnmanagedUser(trx, { kind: 'operator', name: 'test' }, accountId, person, new Date()),
  );
  await db
    .updateTable('users')
    .set({ local_administrator: true, license_type: null, license_source: null })
    .where('account_id', '=', accountId)
    .where('id', '=', user.id)
    .execute();
  await inTransaction(db, async (trx) => countResources(trx, accountId, 'user', -1));
  return user;
}
