import type { Client } from 'pg';
import { withoutIndexes } from '../database/without-indexes.ts';
import { idPrefix, type People, userId } from './people.ts';

/**
 * Groups of one size. Each one's members are a stretch of the account's people, and the stretches are spread evenly, so that
 * everybody is in a few groups and nobody in all.
 */
export interface Groups {
  readonly people: People;
  /** Sets the ids apart from those of the account's other groups. */
  readonly from: number;
  readonly count: number;
  readonly size: number;
}

// Long before any measurement: who joined since then joined in one.
const LOADED_AT = '2026-01-01T00:00:00Z';

export function groupId(groups: Pick<Groups, 'people' | 'from'>, index: number): string {
  return `${idPrefix('1', groups.people.series)}${(groups.from + index).toString(16).padStart(12, '0')}`;
}

export function groupIds(groups: Groups): string[] {
  return Array.from({ length: groups.count }, (_, index) => groupId(groups, index));
}

/** The `number`th of those who are not in the group. */
export function outsider({ people, count, size }: Groups, index: number, number: number): string {
  const start = Math.floor((people.count * index) / count);
  return userId(people, (start + size + (number % (people.count - size))) % people.count);
}

/** Inserts the groups and their memberships by set-based statements. */
export async function loadGroups(
  client: Client,
  parts: readonly { accountId: string; groups: Groups }[],
): Promise<void> {
  await withoutIndexes(client, 'group_members', async () => {
    for (const { accountId, groups } of parts) {
      await client.query(
        `insert into groups (account_id, id, display_name, scim_managed, created_at, updated_at)
          select $1, ($2 || lpad(to_hex($3::int + g), 12, '0'))::uuid, 'Group ' || ($3::int + g), true, now(), now()
          from generate_series(0, $4::int - 1) as g`,
        [accountId, idPrefix('1', groups.people.series), groups.from, groups.count],
      );
      await client.query(
        `insert into resource_counts as c (account_id, resource, bucket, amount) values ($1, 'group', 0, $2)
          on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount`,
        [accountId, groups.count],
      );
      await loadMembers(client, accountId, groups);
    }
  });
}

/** As sign-ins do while the default group is given to newcomers. */
export async function putEverybodyInEveryone(client: Client, accountId: string): Promise<void> {
  await client.query(
    `insert into group_members (account_id, group_id, user_id, origin, added_at)
      select u.account_id, g.id, u.id, 'default', $2 from users u
      join groups g on g.account_id = u.account_id and g.default_group = 'everyone' where u.account_id = $1`,
    [accountId, LOADED_AT],
  );
}

/** Takes out everybody who joined since the data was loaded. */
export async function resetMembers(client: Client, accountId: string, groups: Groups): Promise<void> {
  await client.query(
    `delete from group_members where account_id = $1 and group_id = any($2::uuid[]) and added_at > $3`,
    [accountId, groupIds(groups), LOADED_AT],
  );
}

async function loadMembers(client: Client, accountId: string, groups: Groups): Promise<void> {
  const { people, from, count, size } = groups;
  await client.query(
    `insert into group_members (account_id, group_id, user_id, origin, added_at)
      select $1, ($2 || lpad(to_hex($3::int + g), 12, '0'))::uuid,
        ($4 || lpad(to_hex(($5::bigint * g / $6 + i) % $5), 12, '0'))::uuid, 'scim', $8
      from generate_series(0, $6::int - 1) as g, generate_series(0, $7::int - 1) as i`,
    [
      accountId,
      idPrefix('1', people.series),
      from,
      idPrefix('0', people.series),
      people.count,
      count,
      size,
      LOADED_AT,
    ],
  );
}
