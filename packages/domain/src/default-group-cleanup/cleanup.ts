import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '../actor.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Right } from '../admins/rights.ts';
import type { DefaultGroupCleanupMembers, DefaultGroupCleanups } from '../database/schema.generated.ts';
import { NotFoundError } from '../errors.ts';
import type { DefaultGroupKind } from '../groups/default-groups.repository.ts';
import { type TokenCreator, tokenCreator } from '../scim-access/token-description.ts';

/** In the order in which people leave them: the one that gives most comes first. */
export const DEFAULT_GROUP_KINDS = ['owner', 'member', 'everyone'] as const;

export type CleanupState = DefaultGroupCleanups['state'];

/** What somebody asked for. */
export interface CleanupOptions {
  /** The default groups that people leave. */
  groups: readonly DefaultGroupKind[];
  /** People whom no identity provider manages stay where they are. */
  keepUnmanaged: boolean;
  /** Else sign-ins fill the groups again. */
  turnOffAssignByDefault: boolean;
}

/**
 * Why somebody stays in a default group: nobody else would administer the account; they would be in no group at all; they
 * are not SCIM-managed; they apply the cleanup, and Owner is not left by one's own hand.
 */
export type KeptFor = NonNullable<DefaultGroupCleanupMembers['kept_for']>;

/**
 * What became of a membership that the plan takes away: it is `removed`; it is `kept` after all, see `keptFor`; it was
 * `gone` already. After an undo: `restored`; `returned`, since somebody else had put it back; `person_gone`.
 */
export type CleanupOutcome = NonNullable<DefaultGroupCleanupMembers['outcome']>;

export interface DefaultGroupCleanup {
  accountId: string;
  id: string;
  state: CleanupState;
  options: CleanupOptions;
  /** In the order of DEFAULT_GROUP_KINDS, as they were when the plan was made. */
  groups: readonly CleanupGroup[];
  losses: CleanupLosses;
  /** The state of the account that the plan was made from, besides that of the groups. */
  madeFrom: { settingsVersion: number; scimEnabled: boolean };
  plannedBy: TokenCreator;
  plannedAt: Date;
  startedBy: TokenCreator | null;
  startedAt: Date | null;
  /** When the job had done everything, or was cancelled. */
  endedAt: Date | null;
  jobId: string | null;
  /** Null while there is nothing to undo. */
  undoableUntil: Date | null;
  undoJobId: string | null;
  undoStartedAt: Date | null;
  undoneAt: Date | null;
}

export interface CleanupGroup {
  groupId: string;
  kind: DefaultGroupKind;
  displayName: string;
  version: number;
  permissionSets: readonly PermissionSet[];
  assignByDefault: boolean;
  /** How many people the plan has leave. */
  leaving: number;
  kept: number;
}

/** What the people who leave cannot do any more: those who are active and have it from no other group. */
export interface CleanupLosses {
  permissionSets: readonly { permissionSet: PermissionSet; people: number }[];
  rights: readonly { right: Right; people: number }[];
}

export interface CleanupRow {
  account_id: string;
  id: string;
  state: CleanupState;
  keep_unmanaged: boolean;
  turn_off_assign_by_default: boolean;
  scim_enabled: boolean;
  settings_version: number;
  losses: CleanupLosses;
  planned_by: TokenCreator;
  planned_at: Date;
  started_by: Actor | null;
  started_by_user_id: string | null;
  started_at: Date | null;
  ended_at: Date | null;
  job_id: string | null;
  undoable_until: Date | null;
  undone_by: Actor | null;
  undo_permission_sets: readonly PermissionSet[] | null;
  undo_job_id: string | null;
  undo_started_at: Date | null;
  undone_at: Date | null;
  groups: readonly CleanupGroup[];
}

/** The columns of a CleanupRow, of `default_group_cleanups c`. */
export function cleanupColumns(accountId: string): RawBuilder<unknown> {
  return sql`
    c.account_id, c.id, c.state, c.keep_unmanaged, c.turn_off_assign_by_default, c.scim_enabled, c.settings_version,
    c.losses, c.planned_by, c.planned_at, c.started_by, c.started_by_user_id, c.started_at, c.ended_at, c.job_id,
    c.undoable_until, c.undone_by, c.undo_permission_sets, c.undo_job_id, c.undo_started_at, c.undone_at,
    (select coalesce(json_agg(json_build_object('groupId', g.group_id, 'kind', g.default_group,
        'displayName', g.display_name, 'version', g.version, 'permissionSets', g.permission_sets,
        'assignByDefault', g.assign_by_default, 'leaving', g.leaving, 'kept', g.kept) order by ${rankOf('g')}), '[]')
      from default_group_cleanup_groups g
      where g.account_id = ${accountId} and g.cleanup_id = c.id) as groups`;
}

/** The place of a default group in DEFAULT_GROUP_KINDS, of a table or sub-select known by `alias`. */
export function rankOf(alias: string): RawBuilder<number> {
  return sql`array_position(${[...DEFAULT_GROUP_KINDS]}::text[], ${sql.ref(`${alias}.default_group`)})`;
}

/**
 * What the cleanup plans for a membership `group_members m`; null for one that it does not know. A subquery of its own, never
 * a join: right after a plan is made, statistics tell the planner that there are no such rows, and it would walk all of
 * them for each membership.
 */
export function plannedFor(accountId: string, cleanupId: string): RawBuilder<'leave' | 'keep' | null> {
  return sql`(
    select c.planned from default_group_cleanup_members c
    where c.account_id = ${accountId} and c.cleanup_id = ${cleanupId} and c.group_id = m.group_id
      and c.user_id = m.user_id)`;
}

export function cleanupFromRow(row: CleanupRow): DefaultGroupCleanup {
  return {
    accountId: row.account_id,
    id: row.id,
    state: row.state,
    options: {
      groups: row.groups.map(({ kind }) => kind),
      keepUnmanaged: row.keep_unmanaged,
      turnOffAssignByDefault: row.turn_off_assign_by_default,
    },
    groups: row.groups,
    losses: row.losses,
    madeFrom: { settingsVersion: row.settings_version, scimEnabled: row.scim_enabled },
    plannedBy: row.planned_by,
    plannedAt: row.planned_at,
    startedBy: row.started_by && tokenCreator(row.started_by),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    jobId: row.job_id,
    undoableUntil: row.undoable_until,
    undoJobId: row.undo_job_id,
    undoStartedAt: row.undo_started_at,
    undoneAt: row.undone_at,
  };
}

export function cleanupNotFound(cleanupId: string): NotFoundError {
  return new NotFoundError(
    `There is no default-group cleanup ${JSON.stringify(cleanupId)} in this account. Plans that are not applied are kept for a day, others until they can no longer be undone.`,
  );
}
