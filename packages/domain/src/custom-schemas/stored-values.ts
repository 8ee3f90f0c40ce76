import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { CustomSchema } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { AttributePath } from './schema-difference.ts';

/** Where the values of a schema are. */
export interface ValuesAt {
  accountId: string;
  resourceType: CustomSchema['resourceType'];
  urn: string;
}

/** How many people or groups have any value of the schema; tombstones, which keep theirs, count too. */
export async function countWithValues(db: Kysely<DB>, at: ValuesAt): Promise<number> {
  const [amount = 0] = await count(db, at, [sql`true`]);
  return amount;
}

/** How many have a value at each of the paths. */
export function countWithValuesAt(
  db: Kysely<DB>,
  at: ValuesAt,
  paths: readonly AttributePath[],
): Promise<number[]> {
  return count(
    db,
    at,
    paths.map((path) => hasValue(at, path)),
  );
}

/** How many have values of the schema, and none at each of the paths; of a part, how many have an entry without it. */
export function countWithoutValuesAt(
  db: Kysely<DB>,
  at: ValuesAt,
  paths: readonly AttributePath[],
): Promise<number[]> {
  return count(
    db,
    at,
    paths.map((path) => lacksValue(at, path)),
  );
}

/** Ids after which a window begins: this one is before all. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes the values at the paths (of the whole schema where there is none) from the next thousand people or groups, each
 * of which gets a new version.
 */
export async function deleteValuesInWindow(
  trx: Trx,
  { accountId, resourceType, urn }: ValuesAt,
  paths: readonly AttributePath[],
  after: string,
  now: Date,
): Promise<DeletedValues> {
  const table = sql.table(tableOf(resourceType));
  const window = await sql<{ id: string }>`
    select r.id from ${table} r where r.account_id = ${accountId} and r.id > ${after} order by r.id limit ${WINDOW}`.execute(
    trx,
  );
  const last = window.rows.at(-1)?.id;
  if (last === undefined) return { last, changed: [] };
  const { rows } = await sql<{ id: string; version: number; attributes: JsonObject }>`
    select r.id, r.version, r.attributes from ${table} r
    where r.account_id = ${accountId} and r.id > ${after} and r.id <= ${last} and r.attributes ? ${urn}
    order by r.id for no key update`.execute(trx);
  const changed = rows.flatMap(({ id, version, attributes: before }) => {
    const { [urn]: data = null, ...others } = before;
    const rest = withoutPaths(data, paths);
    if (rest === data) return [];
    return [{ id, version: version + 1, before, after: isEmpty(rest) ? others : { ...others, [urn]: rest } }];
  });
  if (changed.length === 0) return { last, changed };
  await sql`
    update ${table} r
    set attributes = kept.after, version = r.version + 1, updated_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(changed.map(({ id, after }) => ({ id, after })))}::jsonb) as kept(id uuid, after jsonb)
    where r.account_id = ${accountId} and r.id = kept.id`.execute(trx);
  return { last, changed };
}

/** What a window came to. */
export interface DeletedValues {
  /** Undefined when nobody was left. */
  readonly last: string | undefined;
  /** Who lost values: the new version, and all attributes as they were and as they are. */
  readonly changed: readonly { id: string; version: number; before: JsonObject; after: JsonObject }[];
}

/** Looked at in one transaction; never more than these are locked at once. */
const WINDOW = 1_000;

async function count(
  db: Kysely<DB>,
  { accountId, resourceType, urn }: ValuesAt,
  conditions: readonly RawBuilder<SqlBool>[],
): Promise<number[]> {
  if (conditions.length === 0) return [];
  const amounts = conditions.map((condition) => sql`count(*) filter (where ${condition})`);
  const { rows } = await sql<{ amounts: number[] }>`
    select array[${sql.join(amounts)}]::integer[] as amounts from ${sql.table(tableOf(resourceType))} r
    where r.account_id = ${accountId} and r.attributes ? ${urn}`.execute(db);
  return rows[0]?.amounts ?? [];
}

function hasValue({ urn }: ValuesAt, [name, sub]: AttributePath): RawBuilder<SqlBool> {
  const data = sql`(r.attributes -> ${urn}::text)`;
  return sub === undefined ? sql`${data} ? ${name}` : someEntry(data, name, sql`entry.value ? ${sub}`);
}

function lacksValue({ urn }: ValuesAt, [name, sub]: AttributePath): RawBuilder<SqlBool> {
  const data = sql`(r.attributes -> ${urn}::text)`;
  return sub === undefined
    ? sql`not ${data} ? ${name}`
    : someEntry(data, name, sql`not entry.value ? ${sub}`);
}

/** What is no list counts as its only entry. */
function someEntry(
  data: RawBuilder<unknown>,
  name: string,
  condition: RawBuilder<SqlBool>,
): RawBuilder<SqlBool> {
  return sql`exists (select from jsonb_path_query(${data} -> ${name}::text, '$[*]') as entry(value) where ${condition})`;
}

/** The same value, where it has nothing at the paths. */
function withoutPaths(data: JsonValue, paths: readonly AttributePath[]): JsonValue {
  if (paths.length === 0) return null;
  return paths.reduce(withoutPath, data);
}

function withoutPath(data: JsonValue, [name, sub]: AttributePath): JsonValue {
  if (!isJsonObject(data) || !Object.hasOwn(data, name)) return data;
  if (sub === undefined) return without(data, name);
  const value = data[name] ?? null;
  const rest = withoutPart(value, sub);
  if (rest === value) return data;
  return isEmpty(rest) ? without(data, name) : { ...data, [name]: rest };
}

function withoutPart(value: JsonValue, sub: string): JsonValue {
  if (isJsonArray(value)) {
    const entries = value.map((entry) => withoutPart(entry, sub));
    if (entries.every((entry, index) => entry === value[index])) return value;
    return entries.filter((entry) => !isEmpty(entry));
  }
  return isJsonObject(value) && Object.hasOwn(value, sub) ? without(value, sub) : value;
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function isEmpty(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

function tableOf(resourceType: CustomSchema['resourceType']): 'users' | 'groups' {
  return resourceType === 'User' ? 'users' : 'groups';
}
