import { type Kysely, sql } from 'kysely';
import { idSet } from '../database/id-set.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { LicensedPerson } from './license-plan.ts';
import type { LicenseSource, LicenseType } from './license-type.ts';

const PAGE = 1000;

/** Everybody active, page by page, in the order of their creation. The next page is on its way while one is worked on. */
export async function* walkLicensed(
  db: Kysely<DB>,
  accountId: string,
): AsyncGenerator<readonly LicensedPerson[], void, undefined> {
  let page = await selectLicensed(db, accountId, null, PAGE);
  for (;;) {
    const last = page.at(-1);
    if (last === undefined) return;
    const next = page.length < PAGE ? [] : selectLicensed(db, accountId, last.id, PAGE);
    yield page;
    page = await next;
  }
}

/** Active people behind that id, in the order of their creation. Local administrators hold no license. */
export async function selectLicensed(
  db: Kysely<DB>,
  accountId: string,
  after: string | null,
  limit: number,
): Promise<readonly LicensedPerson[]> {
  const { rows } = await sql<PersonRow>`
    select ${COLUMNS} from users u
    where u.account_id = ${accountId} and u.state = 'active' and not u.local_administrator
      and (${after}::uuid is null or u.id > ${after}::uuid)
    order by u.id limit ${limit}`.execute(db);
  return rows.map(toPerson);
}

/** Locks and reads those of the people who are active now. */
export async function lockLicensed(
  trx: Trx,
  accountId: string,
  userIds: readonly string[],
): Promise<readonly LicensedPerson[]> {
  const { rows } = await sql<PersonRow>`
    select ${COLUMNS} from users u
    where u.account_id = ${accountId} and u.id = any(${idSet(userIds)}) and u.state = 'active'
      and not u.local_administrator
    order by u.id for no key update of u`.execute(trx);
  return rows.map(toPerson);
}

const COLUMNS = sql.raw(`
  u.id, u.user_name, u.version, u.scim_managed, u.asserted_license_type, u.manual_license_type, u.sign_in_groups,
  u.license_type, u.license_source`);

interface PersonRow {
  id: string;
  user_name: string;
  version: number;
  scim_managed: boolean;
  asserted_license_type: LicenseType | null;
  manual_license_type: LicenseType | null;
  sign_in_groups: readonly string[] | null;
  license_type: LicenseType | null;
  license_source: LicenseSource | null;
}

function toPerson(row: PersonRow): LicensedPerson {
  const { license_type: licenseType, license_source: source } = row;
  return {
    id: row.id,
    userName: row.user_name,
    version: row.version,
    scimManaged: row.scim_managed,
    asserted: row.asserted_license_type,
    manual: row.manual_license_type,
    signInGroups: row.sign_in_groups,
    held: licenseType === null || source === null ? null : { licenseType, source },
  };
}
