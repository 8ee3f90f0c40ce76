import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { TooCostlyError } from '../errors.ts';
import type { AuditEvent } from '../events/audit-event.ts';
import { auditEventFromRow, type AuditEventRow, EVENT_COLUMNS } from '../events/list-audit-events.ts';

/** A user or a group as it is, and what tells of its past. */
export interface Target {
  readonly accountId: string;
  readonly id: string;
  /** The last one. */
  readonly version: number;
}

/** The latest versions of a target that events tell of without a gap. */
export interface ToldVersions {
  /** When the earliest of them was made; undefined where even the last one is untold. */
  readonly since: Date | undefined;
  /**
   * Whether events tell of every version that was made after the moment, and of the one before, unless it is older than all
   * that are kept.
   */
  readonly isWhole: boolean;
}

const EVENTS_AT_ONCE = 500;
const MOST_EVENTS = 20_000;

/**
 * How far back the versions that were made after a moment are told of; undefined where none was made. Clocks differ
 * between processes, so all versions behind the first one that is later than the moment count as later, too.
 */
export async function toldVersions(
  db: Kysely<DB>,
  target: Target,
  moment: Date,
): Promise<ToldVersions | undefined> {
  const { accountId, id, version } = target;
  const { rows } = await sql<{ at: Date; latest: number; is_whole: boolean }>`
    select t.at, t.latest, t.before is null and coalesce((
        select max(f.target_version) from audit_events f
        where f.account_id = ${accountId} and f.target_id = ${id} and f.target_version < t.version
      ), t.version - 1) = t.version - 1 as is_whole
    from (
      select v.version, v.at, lag(v.version) over (order by v.version) as before, max(v.version) over () as latest
      from (
        select e.target_version as version, max(e.at) as at from audit_events e
        where e.account_id = ${accountId} and e.target_id = ${id} and ${isAfter(target, moment)}
        group by e.target_version
      ) v
    ) t
    where t.before is distinct from t.version - 1
    order by t.version desc limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const reachesLast = row.latest === version;
  return { since: reachesLast ? row.at : undefined, isWhole: row.is_whole && reachesLast };
}

/** The events of these versions that changed the target itself, the latest first; not those of who came and went. */
export async function* fieldEventsAfter(
  db: Kysely<DB>,
  target: Target,
  moment: Date,
): AsyncGenerator<AuditEvent> {
  let amount = 0;
  for (let behind: RawBuilder<unknown> = sql`true`; ;) {
    const { rows } = await sql<AuditEventRow>`
      select ${EVENT_COLUMNS} from audit_events e
      where e.account_id = ${target.accountId} and e.target_id = ${target.id} and ${isAfter(target, moment)}
        and e.kind <> 'group.members_changed' and ${behind}
      order by e.target_version desc, e.id desc limit ${EVENTS_AT_ONCE}`.execute(db);
    yield* rows.map(auditEventFromRow);
    amount += rows.length;
    const last = rows.at(-1);
    if (rows.length < EVENTS_AT_ONCE || last === undefined) return;
    if (amount >= MOST_EVENTS) throw tooManyChanges();
    behind = sql`(e.target_version, e.id) < (${last.target_version}::integer, ${last.id}::uuid)`;
  }
}

/** The time of the earliest event that the account still has: whatever came later is there, too. */
export async function recordedSince(db: Kysely<DB>, accountId: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`
    select e.at from audit_events e where e.account_id = ${accountId} order by e.id limit 1`.execute(db);
  return rows[0]?.at;
}

function isAfter({ accountId, id, version }: Target, moment: Date): RawBuilder<unknown> {
  return sql`e.target_version <= ${version}::integer and e.target_version >= (
    select min(f.target_version) from audit_events f
    where f.account_id = ${accountId} and f.target_id = ${id} and f.at > ${moment})`;
}

function tooManyChanges(): TooCostlyError {
  return new TooCostlyError(
    `More than ${MOST_EVENTS} changes came after that moment. Choose a later one, or read the audit events.`,
  );
}
