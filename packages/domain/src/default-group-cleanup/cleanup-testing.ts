import { sql } from 'kysely';
import { operatorCaller, type Caller, callerWith } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { createDefaultGroups } from '../groups/default-groups.ts';
import type { DefaultGroupKind } from '../groups/default-groups.repository.ts';
import { deleteDefaultGroup } from '../groups/delete-default-group.ts';
import { type Directory, givenDirectory } from '../groups/group-testing.ts';
import { cancelDefaultGroupCleanup } from './cancel-default-group-cleanup.ts';
import { cleanUpDefaultGroups } from './clean-up-default-groups.ts';
import { type CleanupOptions, DEFAULT_GROUP_KINDS, type DefaultGroupCleanup } from './cleanup.ts';
import { findDefaultGroupCleanup, listDefaultGroupCleanups } from './find-cleanups.ts';
import { type CleanupMember, type CleanupMemberFilter, listCleanupMembers } from './list-cleanup-members.ts';
import { type CleanupPlanInput, planDefaultGroupCleanup } from './plan-default-group-cleanup.ts';
import { putBackMemberships } from './put-back-memberships.ts';
import { startDefaultGroupCleanup } from './start-default-group-cleanup.ts';
import { undoDefaultGroupCleanup } from './undo-default-group-cleanup.ts';
import type { JobControl } from './work-off.ts';

export const OPERATOR = operatorCaller({ kind: 'operator', name: 'test' });

export const NOW = new Date('2026-05-04T10:00:00.000Z');

export function after(hours: number): Date {
  return new Date(NOW.getTime() + hours * 3_600_000);
}

/** A signed-in person with these permission sets. */
export function person(userId: string, ...sets: readonly PermissionSet[]): Caller {
  return callerWith({ kind: 'administrator', id: userId, name: `Person ${userId}` }, userId, sets);
}

export type CleanupWorld = Directory & {
  groups: Record<DefaultGroupKind, string>;
  /** Somebody in these groups, default ones by kind; `membersOf` calls them by the name. */
  someone: (name: string, groups: readonly string[], given?: GivenPerson) => Promise<string>;
  crowd: (amount: number, groups: readonly string[], given?: GivenPerson) => Promise<string[]>;
  plan: (caller?: Caller, options?: Partial<CleanupPlanInput>) => Promise<DefaultGroupCleanup>;
  start: (cleanupId: string, caller?: Caller, now?: Date) => Promise<DefaultGroupCleanup>;
  /** Does what the queue holds for the cleanup, in batches of two unless told otherwise. */
  work: (cleanupId: string, control?: Partial<JobControl>) => Promise<void>;
  /** The same, but it is stopped after so many looks at the clock: one for the job's beginning and one for each batch. */
  workInterrupted: (cleanupId: string, looks: number, batchSize?: number) => Promise<'stopped' | 'done'>;
  /** Lets the job of the cleanup itself run again, whatever became of the cleanup. */
  resume: (cleanupId: string) => Promise<void>;
  cancel: (cleanupId: string, caller?: Caller) => Promise<DefaultGroupCleanup>;
  undo: (cleanupId: string, caller?: Caller, now?: Date) => Promise<DefaultGroupCleanup>;
  find: (cleanupId: string) => Promise<DefaultGroupCleanup>;
  /** The ids of all cleanups, the newest first. */
  list: () => Promise<readonly string[]>;
  listMembers: (cleanupId: string, filter?: CleanupMemberFilter) => Promise<readonly CleanupMember[]>;
  /** Who is planned for what, and what became of it: `owner ana leave removed`. */
  membersOf: (cleanupId: string, filter?: CleanupMemberFilter) => Promise<readonly string[]>;
  deleteGroup: (kind: DefaultGroupKind, caller?: Caller) => Promise<void>;
  /** All memberships of the account, each with its origin and date. */
  memberships: () => Promise<readonly string[]>;
  /** Kinds of the default groups that a person is in. */
  kindsOf: (userId: string) => Promise<readonly DefaultGroupKind[]>;
  assigned: () => Promise<readonly DefaultGroupKind[]>;
};

interface GivenPerson {
  state?: 'active' | 'invited' | 'deactivated';
  scimManaged?: boolean;
  addedAt?: Date;
  origin?: 'default' | 'manual' | 'scim' | 'sso_mapping';
}

/** An account with its default groups and a group `staff` that comes from the identity provider. */
export async function givenCleanupWorld(db: Database): Promise<CleanupWorld & { staff: string }> {
  const directory = await givenDirectory(db);
  const { accountId } = directory;
  await inTransaction(db, (trx) => createDefaultGroups(trx, accountId, new Date('2026-01-01T00:00:00.000Z')));
  const groups = await defaultGroupIds(db, accountId);
  const staff = await directory.unmanagedGroup('Staff', { scim_managed: true });

  async function people(
    name: string,
    amount: number,
    joined: readonly string[],
    { state = 'active', scimManaged = true, addedAt = NOW, origin = 'default' }: GivenPerson = {},
  ): Promise<string[]> {
    const ids = await directory.users(amount, { state }, name);
    await db
      .updateTable('users')
      .set({ scim_managed: scimManaged })
      .where('account_id', '=', accountId)
      .where('id', '=', sql<string>`any(${ids}::uuid[])`)
      .execute();
    const rows = joined.flatMap((group) =>
      ids.map((userId) => ({
        account_id: accountId,
        group_id: isKind(group) ? groups[group] : group,
        user_id: userId,
        origin,
        added_at: addedAt,
      })),
    );
    if (rows.length > 0) await db.insertInto('group_members').values(rows).execute();
    return ids;
  }

  const find = (cleanupId: string) => findDefaultGroupCleanup(db, accountId, cleanupId);
  async function work(cleanupId: string, given: Partial<JobControl> = {}): Promise<void> {
    const { state, jobId, undoJobId } = await find(cleanupId);
    const control = { now: () => NOW, batchSize: 2, ...given };
    const [run, id] = state === 'undoing' ? [putBackMemberships, undoJobId] : [cleanUpDefaultGroups, jobId];
    if (id === null) throw new Error('The cleanup has no job.');
    await run(db, accountId, id, control);
  }
  async function listMembers(cleanupId: string, filter: CleanupMemberFilter = {}) {
    const slice = { behind: undefined, backward: false, limit: 1_000 };
    const rows = await listCleanupMembers(db, accountId, cleanupId, filter, slice);
    return rows.flatMap(({ item }) => item ?? []);
  }
  return {
    ...directory,
    groups,
    staff,
    listMembers,
    async list() {
      const slice = { behind: undefined, backward: false, limit: 100 };
      return (await listDefaultGroupCleanups(db, accountId, slice)).map(({ position }) => position.id);
    },
    someone: async (name, joined, given) => (await people(name, 1, joined, given))[0] ?? '',
    crowd: (amount, joined, given) => people('one', amount, joined, given),
    find,
    plan: (caller = OPERATOR, options = {}) =>
      inTransaction(db, (trx) =>
        planDefaultGroupCleanup(trx, caller, accountId, { ...EVERYTHING, ...options }, NOW),
      ),
    start: (cleanupId, caller = OPERATOR, now = NOW) =>
      inTransaction(db, (trx) => startDefaultGroupCleanup(trx, caller, accountId, cleanupId, now)),
    work,
    async workInterrupted(cleanupId, looks, batchSize = 2) {
      const stop = new AbortController();
      let seen = 0;
      const now = () => {
        seen += 1;
        if (seen === looks) stop.abort();
        return NOW;
      };
      try {
        await work(cleanupId, { now, signal: stop.signal, batchSize });
        return 'done';
      } catch (error) {
        if (error !== stop.signal.reason) throw error;
        return 'stopped';
      }
    },
    async resume(cleanupId) {
      const { jobId } = await find(cleanupId);
      await cleanUpDefaultGroups(db, accountId, jobId ?? '', { now: () => NOW });
    },
    cancel: (cleanupId, caller = OPERATOR) =>
      inTransaction(db, (trx) => cancelDefaultGroupCleanup(trx, caller, accountId, cleanupId, NOW)),
    undo: (cleanupId, caller = OPERATOR, now = NOW) =>
      inTransaction(db, (trx) => undoDefaultGroupCleanup(trx, caller, accountId, cleanupId, now)),
    async membersOf(cleanupId, filter = {}) {
      const members = await listMembers(cleanupId, filter);
      return members
        .map(({ kind, userName, planned, keptFor, outcome }) => {
          const words = [kind, userName.replace(/(-1)?@.*/, ''), planned, keptFor, outcome];
          return words.filter((word) => word !== null).join(' ');
        })
        .toSorted();
    },
    deleteGroup: (kind, caller = OPERATOR) =>
      inTransaction(db, (trx) => deleteDefaultGroup(trx, caller, accountId, groups[kind], NOW)),
    async memberships() {
      const rows = await db
        .selectFrom('group_members')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('group_id')
        .orderBy('user_id')
        .execute();
      return rows.map((row) => [row.group_id, row.user_id, row.origin, row.added_at.toISOString()].join(' '));
    },
    async kindsOf(userId) {
      const rows = await db
        .selectFrom('group_members')
        .select('group_id')
        .where('account_id', '=', accountId)
        .where('user_id', '=', userId)
        .execute();
      const ids = new Set(rows.map((row) => row.group_id));
      return DEFAULT_GROUP_KINDS.filter((kind) => ids.has(groups[kind]));
    },
    async assigned() {
      const rows = await db
        .selectFrom('groups')
        .select('default_group')
        .where('account_id', '=', accountId)
        .where('assign_by_default', '=', true)
        .execute();
      return DEFAULT_GROUP_KINDS.filter((kind) => rows.some((row) => row.default_group === kind));
    },
  };
}

const EVERYTHING: CleanupOptions = {
  groups: DEFAULT_GROUP_KINDS,
  keepUnmanaged: false,
  turnOffAssignByDefault: true,
};

function isKind(group: string): group is DefaultGroupKind {
  return DEFAULT_GROUP_KINDS.some((kind) => kind === group);
}

async function defaultGroupIds(db: Database, accountId: string): Promise<Record<DefaultGroupKind, string>> {
  const rows = await db
    .selectFrom('groups')
    .select(['id', 'default_group'])
    .where('account_id', '=', accountId)
    .where('default_group', 'is not', null)
    .execute();
  const idOf = (kind: DefaultGroupKind) => rows.find((row) => row.default_group === kind)?.id ?? '';
  return { owner: idOf('owner'), member: idOf('member'), everyone: idOf('everyone') };
}
