import { type Kysely, type RawBuilder, sql } from 'kysely';
import { getAccount } from '../accounts/find-accounts.ts';
import type { DB } from '../database/schema.generated.ts';
import { type IdPage, isBehind, orderAndLimit } from './members-of-group.ts';
import { type Told, untoldBefore } from './unwind.ts';

/** A group that there was. */
export interface PastGroup {
  readonly groupId: string;
  /** As the group was called then; null where that is told no longer. */
  readonly displayName: string | null;
}

/** A page of the groups that there were at a moment, those included that were deleted since, by id. */
export async function groupsAt(
  db: Kysely<DB>,
  accountId: string,
  moment: Date,
  page: IdPage,
): Promise<Told<readonly PastGroup[]>> {
  return told(db, accountId, moment, async () => {
    const { rows } = await sql<{ id: string }>`
      select was.id from ${existedAt(accountId, moment, page)} was ${orderAndLimit(sql`was.id`, page)}`.execute(
      db,
    );
    const ids = rows.map(({ id }) => id);
    const names = await groupNamesAt(db, accountId, ids, moment);
    return ids.map((groupId) => ({ groupId, displayName: names.get(groupId) ?? null }));
  });
}

/** How many there were. */
export async function countGroupsAt(db: Kysely<DB>, accountId: string, moment: Date): Promise<Told<number>> {
  return told(db, accountId, moment, async () => {
    const { rows } = await sql<{ amount: number }>`
      select count(*) as amount from ${existedAt(accountId, moment, {})} was`.execute(db);
    return rows[0]?.amount ?? 0;
  });
}

/** What the groups were called: what the first change of the name after the moment says, else as they are called now. */
export async function groupNamesAt(
  db: Kysely<DB>,
  accountId: string,
  groupIds: readonly string[],
  moment: Date,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; name: string | null }>`
    select wanted.id, coalesce(
      (select coalesce(e.detail -> 'displayName' ->> 'from', e.detail ->> 'displayName') from audit_events e
        where e.account_id = ${accountId} and e.target_id = wanted.id and e.at > ${moment}
          and (e.kind = 'group.changed' or e.kind = 'group.linked' or e.kind = 'group.deleted') and e.detail ? 'displayName'
        order by e.target_version, e.id limit 1),
      (select g.display_name from groups g where g.account_id = ${accountId} and g.id = wanted.id)
    ) as name
    from unnest(${[...groupIds]}::uuid[]) as wanted (id)`.execute(db);
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}

async function told<State>(
  db: Kysely<DB>,
  accountId: string,
  moment: Date,
  read: () => Promise<State>,
): Promise<Told<State>> {
  const { createdAt } = await getAccount(db, accountId);
  const knownSince = await untoldBefore(db, { accountId, createdAt }, moment);
  return knownSince === undefined ? { isKnown: true, state: await read() } : { isKnown: false, knownSince };
}

/** What there is now and did not come since, and what went since before it came. A default group may go and come more than once. */
function existedAt(accountId: string, moment: Date, page: Partial<IdPage>): RawBuilder<unknown> {
  return sql`(
    select g.id from groups g
    where g.account_id = ${accountId} and g.created_at <= ${moment} and ${isBehind(sql`g.id`, page)}
      and not exists (
        select from audit_events e
        where e.account_id = ${accountId} and e.target_id = g.id and e.at > ${moment}
          and e.kind in ('group.created', 'group.restored'))
    union all
    select first.target_id as id from (
      select distinct on (e.target_id) e.target_id, e.kind from audit_events e
      where e.account_id = ${accountId} and e.at > ${moment} and ${isBehind(sql`e.target_id`, page)}
        and e.kind in ('group.created', 'group.restored', 'group.deleted')
      order by e.target_id, e.target_version, e.id
    ) first
    where first.kind = 'group.deleted')`;
}
