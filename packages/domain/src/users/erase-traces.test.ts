import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { type Caller, callerWith } from '../admins/caller.ts';
import { tenantTables } from '../database/tenancy/tenant-tables.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { planDefaultGroupCleanup } from '../default-group-cleanup/plan-default-group-cleanup.ts';
import { startDefaultGroupCleanup } from '../default-group-cleanup/start-default-group-cleanup.ts';
import { createDefaultGroups } from '../groups/default-groups.ts';
import { newId } from '../ids.ts';
import { keepAnchor } from '../pages/anchors.ts';
import { issueScimToken, issueServiceToken } from '../scim-access/tokens-by-hand.ts';
import { bind } from '../sso/bindings.repository.ts';
import { createSignInLink } from '../sso/create-sign-in-link.ts';
import { openSession } from '../sso/sessions.repository.ts';
import { testDatabase } from '../testing/database.ts';
import { handOf } from './edit-testing.ts';
import { givenPeople, type PeopleWorld } from './user-testing.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

const CLEANUP = { groups: ['everyone'], keepUnmanaged: false, turnOffAssignByDefault: true } as const;

/** Part of every name and address of the person, and of nothing else. */
const TRACE = 'erasable';

test('after an erasure no row of the account tells a name or an address of the person, whatever they were and did', async () => {
  const world = await givenPeople(db, { scim: { allow_manual_updates: true } });
  const { accountId, idp } = world;
  const { id } = await idp.post({
    userName: 'ana.erasable@elsewhere.example',
    attributes: { displayName: 'Ana Erasable', name: { familyName: 'Erasable' } },
  });
  await world.accept('ana.erasable@elsewhere.example');
  await handOf(world).edit(id, { userName: 'ana.erasable@third.example' });
  await world.accept('ana.erasable@third.example');
  await handOf(world).edit(id, { userName: 'waiting.erasable@fourth.example' });
  await hasSignedIn(world, id);
  await hasAdministered(world, id);
  await hasBeenWrittenOf(world, id);
  expect(await tablesWithTraces(accountId)).toEqual([
    'audit_events',
    'dead_letters',
    'default_group_cleanups',
    'email_confirmations',
    'invitations',
    'jobs',
    'page_anchors',
    'provisioning_events',
    'scim_tokens',
    'service_tokens',
    'sign_in_bindings',
    'sign_in_links',
    'users',
  ]);
  await handOf(world).delete(id);
  await handOf(world).erase(id);
  expect(await tablesWithTraces(accountId)).toEqual([]);
});

async function hasSignedIn({ accountId }: PeopleWorld, id: string): Promise<void> {
  const now = new Date();
  await run(async (trx) =>
    bind(trx, accountId, id, { issuer: 'https://idp.example', subject: 'ana.erasable' }, now),
  );
  await run(async (trx) =>
    openSession(trx, accountId, id, 'sso', { address: '192.0.2.1', userAgent: null }, now),
  );
}

async function hasAdministered({ accountId, idp }: PeopleWorld, id: string): Promise<void> {
  const caller: Caller = callerWith({ kind: 'administrator', id, name: 'ana.erasable@third.example' }, id, [
    'account_admin',
  ]);
  const now = new Date();
  const other = await idp.post({ userName: 'other@acme.example' });
  await run((trx) => createDefaultGroups(trx, accountId, now));
  await run((trx) => issueScimToken(trx, caller, accountId, { name: 'Okta' }, now));
  await run((trx) =>
    issueServiceToken(trx, caller, accountId, { name: 'script', permissionSets: ['member'] }, now),
  );
  await run((trx) => createSignInLink(trx, caller.actor, accountId, { userId: other.id }, now));
  const plan = await run((trx) => planDefaultGroupCleanup(trx, caller, accountId, CLEANUP, now));
  await run((trx) => startDefaultGroupCleanup(trx, caller, accountId, plan.id, now));
}

async function hasBeenWrittenOf({ accountId }: PeopleWorld, id: string): Promise<void> {
  const now = new Date();
  await db
    .insertInto('dead_letters')
    .values({
      account_id: accountId,
      id: newId(),
      task: 'send-mail',
      payload: JSON.stringify({}),
      error: '550 no such mailbox: waiting.erasable@fourth.example',
      attempts: 5,
      enqueued_at: now,
      failed_at: now,
    })
    .execute();
  await db
    .insertInto('provisioning_events')
    .values({
      account_id: accountId,
      id: newId(),
      at: now,
      token_id: newId(),
      address: '192.0.2.1',
      method: 'PUT',
      path: `/Users/${id}`,
      resource_id: id,
      status: 200,
      duration_ms: 1,
      request_body: JSON.stringify({ displayName: 'Ana Erasable' }),
    })
    .execute();
  const walk = { walkerId: newId(), queryDigest: () => Buffer.from('all'), now };
  await keepAnchor(db, accountId, walk, 101, { key: 'ana.erasable', id: newId() });
}

function run<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
  return inTransaction(db, work);
}

async function tablesWithTraces(accountId: string): Promise<string[]> {
  const found: string[] = [];
  for (const [table, account] of tenantTables) {
    const { rows } = await sql`
      select from ${sql.table(table)} as row
      where ${sql.ref(`row.${account}`)} = ${accountId} and position(${TRACE} in lower(row::text)) > 0 limit 1`.execute(
      db,
    );
    if (rows.length > 0) found.push(table);
  }
  return found.toSorted();
}
