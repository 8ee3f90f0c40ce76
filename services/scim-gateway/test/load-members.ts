import type { Database } from '@rollcall/domain/database/connection';
import { newId } from '@rollcall/domain/ids';

const ROWS_AT_ONCE = 1000;

/** Puts people straight into the tables and into one group, by the thousand; their ids come back in ascending order. */
export async function loadMembers(
  db: Database,
  accountId: string,
  groupId: string,
  count: number,
  displayName: string,
): Promise<string[]> {
  const now = new Date();
  const ids = Array.from({ length: count }, () => newId()).toSorted();
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const part = ids.slice(start, start + ROWS_AT_ONCE);
    await db
      .insertInto('users')
      .values(
        part.map((id) => ({
          account_id: accountId,
          id,
          state: 'active',
          scim_managed: true,
          user_name: `${id}@acme.io`,
          attributes: JSON.stringify({ displayName }),
          license_type: 'developer',
          license_source: 'default',
          created_at: now,
          updated_at: now,
        })),
      )
      .execute();
    await db
      .insertInto('group_members')
      .values(
        part.map((user_id) => ({
          account_id: accountId,
          group_id: groupId,
          user_id,
          origin: 'scim',
          added_at: now,
        })),
      )
      .execute();
  }
  return ids;
}
