import type { ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { ReadUnder } from '../custom-schemas/read-under.ts';
import type { GroupMembers, Groups } from '../database/schema.generated.ts';
import type { JsonObject } from '../json.ts';

export interface Group {
  accountId: string;
  id: string;
  displayName: string;
  externalId: string | null;
  /** An identity provider created it or wrote to it. */
  scimManaged: boolean;
  /** Made with the account; SCIM does not see it. */
  defaultGroup: 'owner' | 'member' | 'everyone' | null;
  /** People whom no identity provider manages join it when they come. */
  assignByDefault: boolean;
  /** The data of the account's own extensions, each under its URN. */
  attributes: JsonObject;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What made somebody a member. */
export type MembershipOrigin = GroupMembers['origin'];

export interface GroupMember {
  groupId: string;
  userId: string;
  /** The displayName, else the userName. */
  display: string;
}

/** One step of a SCIM write to a group. Steps count in their order. */
export type GroupChange =
  | { kind: 'set'; attribute: 'displayName' | 'externalId'; value: string | null }
  /** `next` gets the extension data as they are and returns the wanted ones; it may run twice and may throw. */
  | { kind: 'changeAttributes'; next: (current: JsonObject) => JsonObject }
  | MembershipChange
  | { kind: 'removeMembersMatching'; filter: ResolvedFilter };

/** A request's changes, and where the account's resources live (no slash at the end): a filter may name members by `$ref`. */
export interface GroupChanges {
  changes: readonly GroupChange[];
  scimBaseUrl: string;
  /** Where attributes were read by the account's schemas: the write is refused when others are in force. */
  readUnder?: ReadUnder;
}

export interface MembershipChange {
  kind: 'addMembers' | 'removeMembers' | 'replaceMembers';
  memberIds: readonly string[];
}

const GROUP_COLUMNS = [
  'id',
  'display_name',
  'external_id',
  'scim_managed',
  'default_group',
  'assign_by_default',
  'attributes',
  'version',
  'created_at',
  'updated_at',
] as const;

export type GroupRow = Pick<Selectable<Groups>, Exclude<(typeof GROUP_COLUMNS)[number], 'attributes'>> & {
  attributes: JsonObject;
};

/** The columns that `groupFromRow` reads, of a table or sub-select known by `alias`. */
export function groupColumns(alias: string): RawBuilder<unknown> {
  return sql.join(GROUP_COLUMNS.map((column) => sql.ref(`${alias}.${column}`)));
}

export function groupFromRow(accountId: string, row: GroupRow): Group {
  return {
    accountId,
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    scimManaged: row.scim_managed,
    defaultGroup: row.default_group,
    assignByDefault: row.assign_by_default,
    attributes: row.attributes,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
