import fc from 'fast-check';
import type { Insertable } from 'kysely';
import type { Database } from '../database/connection.ts';
import type { Users } from '../database/schema.generated.ts';
import { newId } from '../ids.ts';
import { listAllUsers } from '../users/list-all-users.ts';
import type { User } from '../users/user.ts';
import { groups, licenseTypes } from './license-testing.ts';

/** What of a row bears on a license; the rest has defaults. */
export type PersonRow = Partial<Insertable<Users>>;

/** People with every combination of what decides a license, consistent or not: rules must not care how it came about. */
export const peopleRows = fc.array(
  fc.record({
    scim_managed: fc.boolean(),
    asserted_license_type: fc.option(licenseTypes),
    manual_license_type: fc.option(licenseTypes),
    sign_in_groups: fc.option(groups),
    license_type: licenseTypes,
    license_source: fc.constantFrom('scim', 'sso_mapping', 'manual', 'default'),
    state: fc.constantFrom('active', 'active', 'active', 'deactivated'),
  }),
  { minLength: 1, maxLength: 10 },
);

/** Returns their ids, in the order of the rows. */
export async function insertPeople(
  db: Database,
  accountId: string,
  rows: readonly PersonRow[],
): Promise<readonly string[]> {
  const at = new Date('2026-01-01T00:00:00.000Z');
  const ids = rows.map(() => newId());
  if (rows.length === 0) return ids;
  await db
    .insertInto('users')
    .values(
      rows.map((row, index) => ({
        state: 'active',
        license_type: 'developer',
        license_source: 'default',
        user_name: `person-${index}-${ids[index]}@acme.example`,
        created_at: at,
        updated_at: at,
        ...row,
        account_id: accountId,
        id: ids[index] ?? newId(),
      })),
    )
    .execute();
  await countPeople(db, accountId, rows.length);
  return ids;
}

/** Has the account counted as so many people larger: from some size on, jobs decide its licenses. */
export async function countPeople(db: Database, accountId: string, amount: number): Promise<void> {
  await db
    .insertInto('resource_counts')
    .values({ account_id: accountId, resource: 'user', bucket: 0, amount })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'resource', 'bucket'])
        .doUpdateSet((eb) => ({ amount: eb('resource_counts.amount', '+', eb.ref('excluded.amount')) })),
    )
    .execute();
}

export async function everybody(db: Database, accountId: string): Promise<readonly User[]> {
  return (await listAllUsers(db, accountId, { limit: 1000 })).users;
}
