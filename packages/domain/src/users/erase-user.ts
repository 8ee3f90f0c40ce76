import { sql } from 'kysely';
import { assertNotAbove } from '../admins/assert-not-above.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccountShared } from '../database/locks.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { leaveGroups, lockGroupsOf } from '../groups/leave-groups.ts';
import { isId } from '../ids.ts';
import { forgetAnchors } from '../pages/anchors.ts';
import { userNotFound } from './lock-person.ts';
import { emailValues } from './email-addresses.ts';
import { countVisible } from './save-user.ts';
import { isTombstone, type StoredUser, type User } from './user.ts';
import { lockUser, updateUser } from './users.repository.ts';

/**
 * Blanks a tombstone's personal data for good, in the events that tell of the person and the tokens that they made too:
 * events keep id, time, actor and kind. Repeating it changes nothing. No lock of the account holds it up: people have a right
 * to it. Throws ForbiddenError, NotFoundError and RefusedError('not_a_tombstone').
 */
export async function eraseUser(
  trx: Trx,
  caller: Caller,
  accountId: string,
  userId: string,
  now: Date,
): Promise<void> {
  assertRight(caller, 'people:write');
  if (!isId(userId)) throw userNotFound(userId);
  const [, , current] = await Promise.all([
    lockAccountShared(trx, accountId),
    lockGroupsOf(trx, accountId, userId),
    lockUser(trx, accountId, userId, 'everyone'),
  ]);
  if (current === undefined) throw userNotFound(userId);
  if (!isTombstone(current)) {
    throw new RefusedError(
      'not_a_tombstone',
      `${current.userName} is not deleted. Delete the person first, then erase.`,
    );
  }
  if (current.erased) return;
  await assertNotAbove(trx, caller, accountId, userId, 'Erasing');
  await leaveGroups(trx, caller.actor, accountId, userId, now);
  const next: StoredUser = {
    ...current,
    // No identity provider sees an erased person again, and the name is free.
    deletedBy: 'scim',
    userName: `erased:${userId}`,
    pendingUserName: null,
    oneSidedChange: null,
    externalId: null,
    attributes: {},
    signInEmail: null,
    signInGroups: null,
    erased: true,
  };
  updateUser(trx, accountId, userId, next, now);
  countVisible(trx, accountId, current, next);
  await sendWritesNow(trx);
  const addresses = [
    ...new Set([...addressesOf(current), ...(await earlierAddresses(trx, accountId, userId))]),
  ];
  await eraseFromEvents(trx, accountId, userId, addresses);
  await eraseFromTokens(trx, accountId, userId);
  await eraseSignIns(trx, accountId, userId);
  await forgetAnchors(trx, accountId);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'user.erased',
    target: { kind: 'user', id: userId, version: current.version + 1 },
    detail: {},
  });
}

function addressesOf({ userName, pendingUserName, attributes }: User): string[] {
  return [userName, pendingUserName, ...emailValues(attributes)].filter((address) => address !== null);
}

/** What the person was called before, as far as their own events tell. */
async function earlierAddresses(trx: Trx, accountId: string, userId: string): Promise<string[]> {
  const { rows } = await sql<{ addresses: readonly (string | null)[] }>`
    select jsonb_path_query_array(e.detail, '$.changes.userName.*')
      || jsonb_path_query_array(e.detail, '$.changes.pendingUserName.*')
      || jsonb_path_query_array(e.detail, '$.changes.attributes.emails.*[*].value') as addresses
    from audit_events e
    where e.account_id = ${accountId} and e.target_id = ${userId} and e.detail is not null`.execute(trx);
  return rows.flatMap(({ addresses }) => addresses.filter((address) => address !== null));
}

/** The digests stay, so that a chain over them still verifies; without salt nobody can guess the detail back. */
async function eraseFromEvents(
  trx: Trx,
  accountId: string,
  userId: string,
  addresses: readonly string[],
): Promise<void> {
  await sql`
    update audit_events set detail = null, detail_salt = null
    where account_id = ${accountId} and target_id = ${userId}`.execute(trx);
  // Refused before anybody knew whose they were.
  await sql`
    update audit_events e set detail = null, detail_salt = null
    where e.account_id = ${accountId} and e.target_id is null and e.kind = 'sign_in.refused'
      and lower(e.detail ->> 'address') = any(array(select lower(address) from unnest(${[...addresses]}::text[]) as address))`.execute(
    trx,
  );
  await sql`
    update audit_events set actor_name = null where account_id = ${accountId} and actor_id = ${userId}`.execute(
    trx,
  );
  // A look-up by address has no resource, but its path or body names the person.
  const written = [...new Set(addresses.flatMap((address) => [address, encodeURIComponent(address)]))];
  await sql`
    update provisioning_events e
    set request_body = null, error_detail = null, answer = null, path = split_part(e.path, '?', 1)
    where e.account_id = ${accountId} and (
      e.resource_id = ${userId} or exists (
        select from unnest(${written}::text[]) as address
        where position(lower(address) in lower(e.path)) > 0
          or position(lower(address) in lower(coalesce(e.error_detail, ''))) > 0
          or position(lower(address) in lower(coalesce(e.request_body::text, ''))) > 0
          or position(lower(address) in lower(coalesce(e.answer::text, ''))) > 0
      )
    )`.execute(trx);
  await sql`
    update invitations set address = '' where account_id = ${accountId} and user_id = ${userId}`.execute(trx);
}

/** A token tells who made it; the id stays. */
async function eraseFromTokens(trx: Trx, accountId: string, userId: string): Promise<void> {
  await Promise.all([
    sql`
      update scim_tokens t set created_by = t.created_by || '{"name": ""}'
      where t.account_id = ${accountId} and t.created_by ->> 'id' = ${userId}`.execute(trx),
    sql`
      update service_tokens t set created_by = t.created_by || '{"name": ""}'
      where t.account_id = ${accountId} and t.created_by ->> 'id' = ${userId}`.execute(trx),
  ]);
}

/** Who they were at the provider, and where they came in from. */
async function eraseSignIns(trx: Trx, accountId: string, userId: string): Promise<void> {
  await Promise.all([
    sql`delete from sign_in_bindings b where b.account_id = ${accountId} and b.user_id = ${userId}`.execute(
      trx,
    ),
    sql`delete from sessions s where s.account_id = ${accountId} and s.user_id = ${userId}`.execute(trx),
    sql`delete from sign_in_links l where l.account_id = ${accountId} and l.user_id = ${userId}`.execute(trx),
  ]);
}
