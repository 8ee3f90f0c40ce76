import { type Insertable, sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import type { GroupPermissionSets, Groups, Users } from '../database/schema.generated.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { selectUser } from '../users/users.repository.ts';
import { addMembers } from './add-members.ts';
import { applySignInGroups } from './apply-sign-in-groups.ts';
import { changeGroup } from './change-group.ts';
import { createGroup, type GroupInput } from './create-group.ts';
import { deleteGroup } from './delete-group.ts';
import { findGroup, listGroups } from './find-groups.ts';
import type { Group, GroupChange } from './group.ts';

export const SCIM_BASE_URL = 'https://scim.acme.example/scim/v2/account';

export type Directory = { db: Database; accountId: string; actor: Actor } & ReturnType<
  typeof identityProvider
> &
  ReturnType<typeof people> &
  ReturnType<typeof whatWasThere> &
  ReturnType<typeof signIns> &
  ReturnType<typeof rows>;

/** An account of its own in the database, with an identity provider that writes groups and a way to look at the rows. */
export async function givenDirectory(
  db: Database,
  given: Parameters<typeof givenAccount>[1] = {},
): Promise<Directory> {
  const { accountId, actor } = await givenAccount(db, given);
  return {
    db,
    accountId,
    actor,
    ...identityProvider(db, accountId, actor),
    ...people(db, accountId),
    ...whatWasThere(db, accountId),
    ...signIns(db, accountId),
    ...rows(db, accountId),
  };
}

/** Each call in a transaction of its own. */
function identityProvider(db: Database, accountId: string, actor: Actor) {
  return {
    post(input: Partial<GroupInput> & { displayName: string }, now = new Date()): Promise<Group> {
      const whole = { externalId: null, memberIds: [], ...input };
      return inTransaction(db, (trx) => createGroup(trx, actor, accountId, whole, now));
    },
    async change(groupId: string, ...changes: readonly GroupChange[]): Promise<Group> {
      const request = { changes, scimBaseUrl: SCIM_BASE_URL };
      const settings = await readAccountSettings(db, accountId);
      const now = new Date();
      return (
        (await addMembers(db, actor, settings, groupId, changes, now)) ??
        inTransaction(db, (trx) => changeGroup(trx, actor, accountId, groupId, request, now))
      );
    },
    delete(groupId: string): Promise<void> {
      return inTransaction(db, (trx) => deleteGroup(trx, actor, accountId, groupId, new Date()));
    },
  };
}

function people(db: Database, accountId: string) {
  return {
    /** Their ids, ascending. User names are `<prefix>-<n>@acme.example`. */
    async users(amount: number, given: Partial<Insertable<Users>> = {}, prefix = 'user'): Promise<string[]> {
      const ids = Array.from({ length: amount }, () => newId()).toSorted();
      const state = given.state ?? 'active';
      const license = state === 'active' ? 'developer' : null;
      await sql`
        insert into users (account_id, id, state, deleted_by, local_administrator, scim_managed, sign_in_groups, user_name,
          attributes, license_type, license_source, created_at, updated_at)
        select ${accountId}::uuid, person.id, ${state}::text, ${given.deleted_by ?? null}::text,
          ${given.local_administrator ?? false}::boolean, ${given.scim_managed ?? true}::boolean,
          ${given.sign_in_groups ?? null}::text[], ${prefix} || '-' || person.n || '@acme.example',
          ${given.attributes ?? '{}'}::jsonb, ${license}::text, ${license && 'default'}::text, now(), now()
        from unnest(${ids}::uuid[]) with ordinality as person (id, n)`.execute(db);
      return ids;
    },
    async user(given: Partial<Insertable<Users>> = {}, prefix: string = newId()): Promise<string> {
      const [id = ''] = await this.users(1, given, prefix);
      return id;
    },
  };
}

/** Resolves when the work is done or waits for a lock that somebody else holds, so that a test can choose the order. */
export async function doneOrWaiting(db: Database, work: Promise<unknown>): Promise<void> {
  const done = Promise.allSettled([work]).then(() => true);
  const client = await db.borrowClient();
  try {
    for (;;) {
      const { rowCount } = await client.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      if (rowCount !== 0 || (await Promise.race([done, Promise.resolve(false)]))) return;
    }
  } finally {
    client.release();
  }
}

/** What nobody did over SCIM. */
function whatWasThere(db: Database, accountId: string) {
  return {
    async unmanagedGroup(
      displayName: string,
      given: Partial<Insertable<Groups>> & {
        members?: readonly string[];
        grants?: readonly GroupPermissionSets['permission_set'][];
      } = {},
    ): Promise<string> {
      const { members = [], grants = [], ...columns } = given;
      const id = newId();
      const at = new Date('2026-01-01T00:00:00Z');
      await db
        .insertInto('groups')
        .values({
          account_id: accountId,
          id,
          display_name: displayName,
          created_at: at,
          updated_at: at,
          ...columns,
        })
        .execute();
      await sql`
        insert into resource_counts (account_id, resource, bucket, amount)
        select ${accountId}::uuid, 'group', 0, 1 where ${columns.default_group ?? null}::text is null
        on conflict (account_id, resource, bucket) do update set amount = resource_counts.amount + 1`.execute(
        db,
      );
      for (const permissionSet of grants) {
        await db
          .insertInto('group_permission_sets')
          .values({ account_id: accountId, group_id: id, permission_set: permissionSet })
          .execute();
      }
      await this.join(id, members);
      return id;
    },
    async join(groupId: string, userIds: readonly string[], at = new Date()): Promise<void> {
      await sql`
        insert into group_members (account_id, group_id, user_id, origin, added_at)
        select ${accountId}::uuid, ${groupId}::uuid, joining.id, 'manual', ${at}
        from unnest(${userIds}::uuid[]) as joining (id)`.execute(db);
    },
  };
}

const SIGN_IN: Actor = { kind: 'system', name: 'sign-in' };

function signIns(db: Database, accountId: string) {
  return {
    /** Applies what a sign-in says about groups. Null: it says nothing. */
    signIn(userId: string, idpGroups: readonly string[] | null, now = new Date()): Promise<void> {
      return inTransaction(db, async (trx) => {
        const user = await selectUser(trx, accountId, userId, 'everyone');
        if (user === undefined) throw new Error(`There is no user ${userId}.`);
        const settings = await readAccountSettings(trx, accountId);
        await applySignInGroups(trx, SIGN_IN, settings, user, idpGroups, now);
      });
    },
    async mapped(groupId: string, ...idpGroups: readonly string[]): Promise<void> {
      await sql`
        insert into sso_group_mappings (account_id, group_id, idp_group)
        select ${accountId}::uuid, ${groupId}::uuid, idp_group from unnest(${idpGroups}::text[]) as idp_group`.execute(
        db,
      );
    },
  };
}

function rows(db: Database, accountId: string) {
  return {
    /** What somebody is in: group's id and the origin of the membership. */
    async membershipsOf(userId: string): Promise<Record<string, string>> {
      const found = await db
        .selectFrom('group_members')
        .select(['group_id', 'origin'])
        .where('account_id', '=', accountId)
        .where('user_id', '=', userId)
        .execute();
      return Object.fromEntries(found.map((row) => [row.group_id, row.origin]));
    },
    async versionOf(groupId: string): Promise<number | undefined> {
      const found = await db
        .selectFrom('groups')
        .select('version')
        .where('account_id', '=', accountId)
        .where('id', '=', groupId)
        .executeTakeFirst();
      return found?.version;
    },
    group: (id: string): Promise<Group | undefined> => findGroup(db, accountId, id),
    async members(groupId: string): Promise<string[]> {
      const found = await db
        .selectFrom('group_members')
        .select('user_id')
        .where('account_id', '=', accountId)
        .where('group_id', '=', groupId)
        .orderBy('user_id')
        .execute();
      return found.map((row) => row.user_id);
    },
    async origins(groupId: string): Promise<string[]> {
      const found = await db
        .selectFrom('group_members')
        .select('origin')
        .where('account_id', '=', accountId)
        .where('group_id', '=', groupId)
        .orderBy('user_id')
        .execute();
      return found.map((row) => row.origin);
    },
    events() {
      return db
        .selectFrom('audit_events')
        .select(['kind', 'alert', 'target_id', 'detail'])
        .where('account_id', '=', accountId)
        .orderBy('target_version')
        .orderBy('id')
        .execute();
    },
    /** The total as counted when groups come and go, and as the rows say. */
    async totals(): Promise<{ counted: number; stored: number }> {
      const { total } = await listGroups(db, accountId, {
        scimBaseUrl: SCIM_BASE_URL,
        startIndex: 1,
        count: 0,
      });
      const stored = await db
        .selectFrom('groups')
        .select('id')
        .where('account_id', '=', accountId)
        .where('default_group', 'is', null)
        .execute();
      return { counted: total, stored: stored.length };
    },
  };
}
