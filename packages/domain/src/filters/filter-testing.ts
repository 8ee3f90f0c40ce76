import { parseFilter } from '@rollcall/scim-protocol/filter';
import type { JsonObject } from '@rollcall/scim-protocol/json';
import { createReading } from '@rollcall/scim-protocol/reading';
import { type ResolvedFilter, resolveFilter } from '@rollcall/scim-protocol/resolve-filter';
import {
  type ResourceType,
  groupResourceType,
  userResourceType,
} from '@rollcall/scim-protocol/resource-types';
import {
  attribute,
  type AttributeDefinition,
  type SchemaDefinition,
} from '@rollcall/scim-protocol/schemas/attribute';
import { CORE_GROUP_URN } from '@rollcall/scim-protocol/schemas/core-group';
import { CORE_USER_URN } from '@rollcall/scim-protocol/schemas/core-user';
import { LICENSE_USER_URN } from '@rollcall/scim-protocol/schemas/license-user';
import { type Insertable, sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import type { Users } from '../database/schema.generated.ts';
import { newId } from '../ids.ts';
import { groupFilter } from './group-filter.ts';
import { userFilter } from './user-filter.ts';

export const SCIM_BASE_URL = 'https://scim.example/scim/v2/account';
export const USER_TYPE = userResourceType({ emailsRequired: false });
export const GROUP_TYPE = groupResourceType();

export const EXTENSION_URN = 'urn:example:everything:2.0:User';

/** An extension with every type of attribute, single and multi-valued. */
const EVERYTHING: SchemaDefinition = {
  id: EXTENSION_URN,
  name: 'Everything',
  description: 'Every type.',
  attributes: [
    attribute('text', 'string', 'Text.'),
    attribute('exact', 'string', 'Text.', { caseExact: true }),
    attribute('flag', 'boolean', 'A boolean.'),
    attribute('count', 'integer', 'A number.'),
    attribute('share', 'decimal', 'A number.'),
    attribute('at', 'dateTime', 'An instant.'),
    attribute('blob', 'binary', 'Bytes.'),
    attribute('link', 'reference', 'A link.'),
    attribute('tags', 'string', 'Texts.', { multiValued: true }),
    attribute('flags', 'boolean', 'Booleans.', { multiValued: true }),
    attribute('counts', 'integer', 'Numbers.', { multiValued: true }),
    attribute('shares', 'decimal', 'Numbers.', { multiValued: true }),
    attribute('times', 'dateTime', 'Instants.', { multiValued: true }),
    attribute('blobs', 'binary', 'Bytes.', { multiValued: true }),
    attribute('links', 'reference', 'Links.', { multiValued: true }),
    attribute('badge', 'complex', 'An object.', { subAttributes: badgeParts() }),
    attribute('badges', 'complex', 'Objects.', { multiValued: true, subAttributes: badgeParts() }),
  ],
};

function badgeParts(): readonly AttributeDefinition[] {
  return [
    attribute('value', 'string', 'Text.'),
    attribute('code', 'string', 'Text.', { caseExact: true }),
    attribute('since', 'dateTime', 'An instant.'),
    attribute('level', 'integer', 'A number.'),
    attribute('weight', 'decimal', 'A number.'),
    attribute('valid', 'boolean', 'A boolean.'),
    attribute('image', 'binary', 'Bytes.'),
    attribute('$ref', 'reference', 'A link.'),
  ];
}

export const EXTENDED_USER_TYPE: ResourceType = {
  ...USER_TYPE,
  extensions: [...USER_TYPE.extensions, EVERYTHING],
};
export const EXTENDED_GROUP_TYPE: ResourceType = { ...GROUP_TYPE, extensions: [EVERYTHING] };

export function resolved(text: string, resourceType: ResourceType): ResolvedFilter {
  const reading = createReading('lenient');
  return resolveFilter(parseFilter(text, reading), resourceType, reading);
}

export interface StoredUser extends Partial<Omit<Insertable<Users>, 'attributes'>> {
  attributes?: JsonObject;
}

/** A row as the user's own use cases leave it; the returned id is the user's. */
export async function storeUser(db: Database, accountId: string, given: StoredUser = {}): Promise<string> {
  const { attributes = {}, ...columns } = given;
  const id = columns.id ?? newId();
  const pending = columns.pending_user_name ?? undefined;
  const addresses = [...addressesIn(attributes), ...(pending === undefined ? [] : [pending])];
  await db
    .insertInto('users')
    .values({
      user_name: `${id}@acme.example`,
      state: 'active',
      license_type: 'developer',
      license_source: 'default',
      created_at: new Date('2026-01-31T08:00:00.123Z'),
      updated_at: new Date('2026-02-01T00:00:00Z'),
      ...columns,
      account_id: accountId,
      id,
      attributes: JSON.stringify(attributes),
      email_keys: sql`array(select lower(address) from unnest(${addresses}::text[]) as address)`,
    })
    .execute();
  return id;
}

export async function storeGroup(
  db: Database,
  accountId: string,
  given: {
    displayName: string;
    externalId?: string;
    defaultGroup?: 'owner' | 'member' | 'everyone';
    memberIds?: readonly string[];
    attributes?: JsonObject;
  },
): Promise<string> {
  const id = newId();
  const now = new Date('2026-03-01T12:00:00.5Z');
  await db
    .insertInto('groups')
    .values({
      account_id: accountId,
      id,
      display_name: given.displayName,
      external_id: given.externalId ?? null,
      default_group: given.defaultGroup ?? null,
      attributes: JSON.stringify(given.attributes ?? {}),
      created_at: now,
      updated_at: now,
    })
    .execute();
  for (const memberId of given.memberIds ?? []) {
    await db
      .insertInto('group_members')
      .values({ account_id: accountId, group_id: id, user_id: memberId, origin: 'scim', added_at: now })
      .execute();
  }
  return id;
}

/** The ids of the users that the filter finds, in order. */
export async function findUsersBy(
  db: Database,
  accountId: string,
  filter: ResolvedFilter,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users as u where u.account_id = ${accountId} and u.in_scim
      and ${userFilter(accountId, filter, SCIM_BASE_URL)} order by u.id`.execute(db);
  return rows.map((row) => row.id);
}

export async function findGroupsBy(
  db: Database,
  accountId: string,
  filter: ResolvedFilter,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select g.id from groups as g where g.account_id = ${accountId} and g.default_group is null
      and ${groupFilter(accountId, filter, SCIM_BASE_URL)} order by g.id`.execute(db);
  return rows.map((row) => row.id);
}

/** The short names of what was found, in the map's order. */
export function namesOf(idsByName: ReadonlyMap<string, string>, foundIds: readonly string[]): string {
  const found = new Set(foundIds);
  return [...idsByName].flatMap(([name, id]) => (found.has(id) ? [name] : [])).join(' ');
}

/** Every user that SCIM shows, as SCIM shows them, in the order of their ids. */
export async function scimUsers(
  db: Database,
  accountId: string,
): Promise<{ id: string; resource: JsonObject }[]> {
  const { rows } = await sql<UserRow>`
    select u.id, u.user_name, u.external_id, u.state, u.attributes, u.asserted_license_type, u.version,
      u.created_at, u.updated_at,
      coalesce((
        select jsonb_agg(jsonb_build_object('value', g.id, 'display', g.display_name, 'type', 'direct',
          '$ref', ${`${SCIM_BASE_URL}/Groups/`}::text || g.id))
        from group_members m join groups g on g.account_id = m.account_id and g.id = m.group_id
        where m.account_id = ${accountId} and m.user_id = u.id and g.default_group is null
      ), '[]') as groups
    from users u where u.account_id = ${accountId} and u.in_scim order by u.id`.execute(db);
  return rows.map((row) => ({ id: row.id, resource: scimUser(row) }));
}

export async function scimGroups(
  db: Database,
  accountId: string,
): Promise<{ id: string; resource: JsonObject }[]> {
  const { rows } = await sql<GroupRow>`
    select g.id, g.display_name, g.external_id, g.attributes, g.version, g.created_at, g.updated_at,
      coalesce((
        select jsonb_agg(jsonb_build_object('value', u.id, 'type', 'User',
          'display', coalesce(u.attributes ->> 'displayName', u.user_name),
          '$ref', ${`${SCIM_BASE_URL}/Users/`}::text || u.id))
        from group_members m join users u on u.account_id = m.account_id and u.id = m.user_id
        where m.account_id = ${accountId} and m.group_id = g.id and u.in_scim
      ), '[]') as members
    from groups g where g.account_id = ${accountId} and g.default_group is null order by g.id`.execute(db);
  return rows.map((row) => ({ id: row.id, resource: scimGroup(row) }));
}

interface ResourceRow {
  id: string;
  external_id: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

interface UserRow extends ResourceRow {
  user_name: string;
  state: string;
  attributes: JsonObject;
  asserted_license_type: string | null;
  groups: readonly JsonObject[];
}

interface GroupRow extends ResourceRow {
  display_name: string;
  attributes: JsonObject;
  members: readonly JsonObject[];
}

function scimUser(row: UserRow): JsonObject {
  const license =
    row.asserted_license_type === null
      ? {}
      : { [LICENSE_USER_URN]: { licenseType: row.asserted_license_type } };
  const extensions = [...Object.keys(row.attributes), ...Object.keys(license)].filter((key) =>
    key.includes(':'),
  );
  return {
    ...row.attributes,
    ...license,
    ...commonAttributes(row, 'User'),
    schemas: [CORE_USER_URN, ...extensions],
    userName: row.user_name,
    active: row.state === 'active' || row.state === 'invited',
    groups: row.groups,
  };
}

function scimGroup(row: GroupRow): JsonObject {
  return {
    ...row.attributes,
    ...commonAttributes(row, 'Group'),
    schemas: [CORE_GROUP_URN, ...Object.keys(row.attributes)],
    displayName: row.display_name,
    members: row.members,
  };
}

function commonAttributes(row: ResourceRow, name: 'User' | 'Group'): JsonObject {
  return {
    id: row.id,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    meta: {
      resourceType: name,
      created: row.created_at.toISOString(),
      lastModified: row.updated_at.toISOString(),
      location: `${SCIM_BASE_URL}/${name}s/${row.id}`,
      version: `W/"${row.version}"`,
    },
  };
}

function addressesIn(attributes: JsonObject): string[] {
  const emails = attributes['emails'];
  if (!Array.isArray(emails)) return [];
  return emails.flatMap((email: JsonObject) => (typeof email['value'] === 'string' ? [email['value']] : []));
}
