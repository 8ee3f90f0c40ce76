import { afterAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { createScimToken, listScimTokens, revokeScimToken } from './scim-tokens.ts';
import { createServiceToken, listServiceTokens, revokeServiceToken } from './service-tokens.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const LATER = new Date('2026-11-23T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function eventsOf(accountId: string) {
  return db
    .selectFrom('audit_events')
    .select(['kind', 'target_id', 'detail'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
}

const KINDS = [
  {
    kind: 'SCIM',
    event: 'scim_token',
    extra: {},
    create: (accountId: string, request: { name: string; expiresAt?: Date }) =>
      inTransaction(db, (trx) => createScimToken(trx, OPERATOR, accountId, request, NOW)),
    list: (accountId: string) => listScimTokens(db, accountId),
    revoke: (accountId: string, id: string) =>
      inTransaction(db, (trx) => revokeScimToken(trx, OPERATOR, accountId, id, LATER)),
  },
  {
    kind: 'service',
    event: 'service_token',
    extra: { permissionSets: ['account_admin', 'member'] },
    create: (accountId: string, request: { name: string; expiresAt?: Date }) =>
      inTransaction(db, (trx) =>
        createServiceToken(
          trx,
          OPERATOR,
          accountId,
          { ...request, permissionSets: ['member', 'account_admin', 'member'] },
          NOW,
        ),
      ),
    list: (accountId: string) => listServiceTokens(db, accountId),
    revoke: (accountId: string, id: string) =>
      inTransaction(db, (trx) => revokeServiceToken(trx, OPERATOR, accountId, id, LATER)),
  },
] as const;

describe.each(KINDS)('a $kind token', ({ event, extra, create, list, revoke }) => {
  test('is shown once and listed without its value from then on', async () => {
    const { accountId } = await givenAccount(db);
    const { token, value } = await create(accountId, { name: ' Okta ', expiresAt: LATER });
    expect(token).toEqual({
      id: token.id,
      name: 'Okta',
      hint: `${value.slice(0, 4)}…${value.slice(-4)}`,
      createdBy: { kind: 'operator', name: 'test' },
      createdAt: NOW,
      expiresAt: LATER,
      revokedAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      ...extra,
    });
    expect(await list(accountId)).toEqual([token]);
  });

  test('leaves its value nowhere in the database', async () => {
    const { accountId } = await givenAccount(db);
    const { value } = await create(accountId, { name: 'secret' });
    const stored = await db
      .selectFrom(`${event}s`)
      .select(['name', 'hint', 'digest', 'created_by'])
      .where('account_id', '=', accountId)
      .execute();
    expect(JSON.stringify([stored, await eventsOf(accountId)])).not.toContain(value.slice(4, 47));
  });

  test('may be one of several in force', async () => {
    const { accountId } = await givenAccount(db);
    const first = await create(accountId, { name: 'first' });
    const second = await create(accountId, { name: 'second' });
    expect((await list(accountId)).map(({ id }) => id)).toEqual([second.token.id, first.token.id]);
  });

  test('is revoked once, whoever revokes it again', async () => {
    const { accountId } = await givenAccount(db);
    const { token } = await create(accountId, { name: 'leaked' });
    const revocations = await Promise.all([
      revoke(accountId, token.id),
      revoke(accountId, token.id),
      revoke(accountId, token.id),
    ]);
    for (const revoked of revocations) expect(revoked).toEqual({ ...token, revokedAt: LATER });
    expect((await eventsOf(accountId)).map(({ kind, target_id }) => [kind, target_id])).toEqual([
      [`${event}.created`, token.id],
      [`${event}.revoked`, token.id],
    ]);
  });

  test('of another account cannot be revoked, and looks as if it did not exist', async () => {
    const { accountId } = await givenAccount(db);
    const stranger = await givenAccount(db);
    const { token } = await create(accountId, { name: 'mine' });
    for (const id of [token.id, token.id.toUpperCase(), newId(), 'no id', '']) {
      await expect(revoke(stranger.accountId, id)).rejects.toBeInstanceOf(NotFoundError);
    }
    expect(await list(accountId)).toEqual([token]);
  });

  test.each([
    ['a blank name', { name: ' ' }],
    ['a name that is too long', { name: 'n'.repeat(201) }],
    ['a name with NUL', { name: 'a\0b' }],
    ['an expiry that has passed', { name: 'late', expiresAt: NOW }],
    ['an expiry that is no time', { name: 'never', expiresAt: new Date(Number.NaN) }],
  ])('is refused with %s', async (_, request) => {
    const { accountId } = await givenAccount(db);
    await expect(create(accountId, request)).rejects.toBeInstanceOf(InvalidInputError);
    expect(await list(accountId)).toEqual([]);
  });

  test('is refused for an account that does not exist', async () => {
    await expect(create(newId(), { name: 'nobody' })).rejects.toBeInstanceOf(NotFoundError);
    await expect(create('no id', { name: 'nobody' })).rejects.toBeInstanceOf(NotFoundError);
  });
});

test('a service token without a permission set is refused', async () => {
  const { accountId } = await givenAccount(db);
  const request = { name: 'idle', permissionSets: [] };
  await expect(
    inTransaction(db, (trx) => createServiceToken(trx, OPERATOR, accountId, request, NOW)),
  ).rejects.toBeInstanceOf(InvalidInputError);
});
