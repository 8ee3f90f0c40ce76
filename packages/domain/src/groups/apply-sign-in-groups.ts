import { sql } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { takesLastAdministrator } from '../admins/last-account-admin.ts';
import { idSet } from '../database/id-set.ts';
import { lockAccountShared, lockAdministrators } from '../database/locks.ts';
import type { Users } from '../database/schema.generated.ts';
import { atCommit, sendWritesNow, type Trx } from '../database/transaction.ts';
import { appendAuditEvents } from '../events/append-audit-events.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import type { User } from '../users/user.ts';
import { lockGroups } from './groups.repository.ts';
import { membersEvent } from './record-group-change.ts';
import { personSigningIn, selectSignInDifferences, type SignInDifference } from './sign-in-difference.ts';

/**
 * What a sign-in does to the groups of a person whom SSO group mappings apply to: unmanaged ones, and everybody while SCIM is
 * off. They join the groups whose mapping names one of `idpGroups`, compared exactly, and those with `assignByDefault`; they
 * leave the other groups that have a mapping, except that the last active `account_admin` keeps one that makes them so, with
 * an alert. Null (the token says nothing about groups) changes nothing, and whoever is a member already keeps the origin
 * of that.
 *
 * Sends what the transaction has collected for its commit, so that a person who was made in it is seen. Call it before the row
 * of the person is locked where you can: groups come first in the order of locks.
 */
export async function applySignInGroups(
  trx: Trx,
  actor: Actor,
  settings: AccountSettings,
  user: Pick<User, 'id' | 'state' | 'scimManaged'>,
  idpGroups: readonly string[] | null,
  now: Date,
): Promise<void> {
  if (idpGroups === null || !isSubjectToMappings(settings, user)) return;
  const { accountId } = settings;
  await Promise.all([lockAccountShared(trx, accountId), sendWritesNow(trx)]);
  const person = personSigningIn(user.id, idpGroups);
  // Most sign-ins change nothing, and then hold nobody up.
  const expected = await selectSignInDifferences(trx, accountId, person);
  if (expected.length === 0) return;

  const groupIds = expected.map(({ groupId }) => groupId);
  const [, , subject, differences] = await Promise.all([
    expected.some(takesAdministrator) ? lockAdministrators(trx, accountId) : undefined,
    lockGroups(trx, accountId, groupIds),
    lockSubject(trx, accountId, user.id),
    selectSignInDifferences(trx, accountId, person),
  ]);
  if (subject === undefined || !isSubjectToMappings(settings, subject)) return;
  // What came up while this waited is for the next sign-in: its groups are not held.
  const held = new Set(groupIds);
  const decided = await keepLastAdministrator(
    trx,
    accountId,
    user.id,
    differences.filter(({ groupId }) => held.has(groupId)),
  );
  write(trx, accountId, user.id, decided.differences, now);
  const events = decided.differences.map((difference) => changeEvent(user.id, difference));
  if (decided.kept !== undefined) events.push(keptEvent(user.id, decided.kept));
  if (events.length > 0) appendAuditEvents(trx, actor, accountId, now, events);
}

/** Whom SSO group mappings apply to. */
export function isSubjectToMappings(
  { scim }: Pick<AccountSettings, 'scim'>,
  { state, scimManaged }: Pick<User, 'state' | 'scimManaged'>,
): boolean {
  const isThere = state === 'active' || state === 'invited';
  return isThere && !(scim.enabled && scimManaged);
}

/** What one person would be kept in if they were the last administrator: the first group that makes them one, unless they join another. */
export function groupToKeep(differences: readonly SignInDifference[]): SignInDifference | undefined {
  const joinsAnother = differences.some(({ joinsAs, administers }) => administers && joinsAs !== null);
  return joinsAnother ? undefined : differences.find(takesAdministrator);
}

function takesAdministrator({ joinsAs, administers }: SignInDifference): boolean {
  return administers && joinsAs === null;
}

async function lockSubject(
  trx: Trx,
  accountId: string,
  userId: string,
): Promise<Pick<User, 'state' | 'scimManaged'> | undefined> {
  const { rows } = await sql<{ state: Users['state']; scim_managed: boolean }>`
    select u.state, u.scim_managed from users u
    where u.account_id = ${accountId} and u.id = ${userId} for no key update`.execute(trx);
  return rows[0] && { state: rows[0].state, scimManaged: rows[0].scim_managed };
}

/** Somebody who would be no administrator any longer, and is the last active one, stays in a group that makes them one. */
async function keepLastAdministrator(
  trx: Trx,
  accountId: string,
  userId: string,
  differences: readonly SignInDifference[],
): Promise<{ differences: readonly SignInDifference[]; kept?: SignInDifference }> {
  const kept = groupToKeep(differences);
  if (kept === undefined) return { differences };
  const groupIds = differences.flatMap(({ groupId, joinsAs }) => (joinsAs === null ? [groupId] : []));
  const [, isLast] = await Promise.all([
    // Held already, unless the group got account_admin while this waited for it.
    lockAdministrators(trx, accountId),
    takesLastAdministrator(trx, accountId, { kind: 'groups_of_person', userId, groupIds }),
  ]);
  if (!isLast) return { differences };
  return { differences: differences.filter((difference) => difference !== kept), kept };
}

function write(
  trx: Trx,
  accountId: string,
  userId: string,
  differences: readonly SignInDifference[],
  now: Date,
): void {
  if (differences.length === 0) return;
  const joining = differences.flatMap(({ groupId, joinsAs }) =>
    joinsAs === null ? [] : [{ groupId, joinsAs }],
  );
  const leaving = differences.flatMap(({ groupId, joinsAs }) => (joinsAs === null ? [groupId] : []));
  atCommit(
    trx,
    sql`
      with joined as (
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}, joining.group_id, ${userId}, joining.origin, ${now}
        from unnest(${joining.map(({ groupId }) => groupId)}::uuid[], ${joining.map(({ joinsAs }) => joinsAs)}::text[])
          as joining (group_id, origin)
      ),
      ended as (
        delete from group_members m
        where m.account_id = ${accountId} and m.user_id = ${userId} and m.group_id = any(${idSet(leaving)})
      )
      update groups g set version = g.version + 1, updated_at = ${now}
      where g.account_id = ${accountId} and g.id = any(${idSet(differences.map(({ groupId }) => groupId))})`.compile(
      trx,
    ),
  );
}

function changeEvent(userId: string, { groupId, joinsAs, version }: SignInDifference): AuditEventInput {
  const group = { id: groupId, version: version + 1 };
  if (joinsAs === null) return membersEvent(group, [], [userId]);
  return membersEvent(group, [userId], [], joinsAs);
}

function keptEvent(userId: string, { groupId }: SignInDifference): AuditEventInput {
  return {
    kind: 'group.change_refused',
    target: { kind: 'group', id: groupId },
    detail: { reason: 'last_account_admin', change: 'leave_at_sign_in', userId },
    alert: true,
  };
}
