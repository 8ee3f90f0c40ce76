import type { Database } from '@rollcall/domain/database/connection';
import { newId } from '@rollcall/domain/ids';
import type { JsonObject } from '@rollcall/scim-protocol/json';

const ROWS_AT_ONCE = 1000;

export interface LoadedPerson {
  userName: string;
  active?: boolean;
  attributes?: JsonObject;
}

/** Puts people straight into the tables, and counts them; their ids come back in the order of the list, ascending. */
export async function loadPeople(
  db: Database,
  accountId: string,
  people: readonly LoadedPerson[],
): Promise<string[]> {
  const now = new Date();
  const ids = people.map(() => newId()).toSorted();
  const rows = people.map(({ userName, active = true, attributes = {} }, index) => ({
    account_id: accountId,
    id: ids[index] ?? newId(),
    state: active ? ('active' as const) : ('deactivated' as const),
    scim_managed: true,
    user_name: userName,
    attributes: JSON.stringify(attributes),
    license_type: 'developer' as const,
    license_source: 'default' as const,
    created_at: now,
    updated_at: now,
  }));
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await db
      .insertInto('users')
      .values(rows.slice(start, start + ROWS_AT_ONCE))
      .execute();
  }
  await db
    .insertInto('resource_counts')
    .values({ account_id: accountId, resource: 'user', bucket: 0, amount: people.length })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'resource', 'bucket']).doUpdateSet((eb) => ({
        amount: eb('resource_counts.amount', '+', people.length),
      })),
    )
    .execute();
  return ids;
}
