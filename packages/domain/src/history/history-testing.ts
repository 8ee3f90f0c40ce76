import { sql } from 'kysely';
import { createAccount } from '../accounts/create-account.ts';
import type { Actor } from '../actor.ts';
import { type Caller, operatorCaller } from '../admins/caller.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { administrator, type Administrator } from '../groups/by-hand-testing.ts';
import { SCIM_BASE_URL } from '../groups/group-testing.ts';
import { changeGroup } from '../groups/change-group.ts';
import { createGroup, type GroupInput } from '../groups/create-group.ts';
import { deleteGroup } from '../groups/delete-group.ts';
import type { GroupChange } from '../groups/group.ts';
import { newId } from '../ids.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { scimActor } from '../testing/accounts.ts';
import { type IdentityProvider, identityProvider } from '../testing/provisioning.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };

/** An account that began with an audit event, and everybody who changes its people and groups. */
export interface HistoryWorld {
  db: Database;
  accountId: string;
  idp: IdentityProvider;
  /** Changes groups by hand. */
  hand: Administrator;
  caller: Caller;
  run: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  postGroup: (input: Partial<GroupInput> & { displayName: string }) => Promise<string>;
  changeGroup: (groupId: string, ...changes: readonly GroupChange[]) => Promise<void>;
  deleteGroup: (groupId: string) => Promise<void>;
  snapshot: () => Promise<Snapshot>;
}

/** Everybody and every group, by id, in the form in which history tells them. */
export interface Snapshot {
  users: ReadonlyMap<string, JsonObject>;
  groups: ReadonlyMap<string, JsonObject>;
  members: ReadonlyMap<string, readonly string[]>;
}

export async function givenHistory(db: Database): Promise<HistoryWorld> {
  const { id: accountId } = await inTransaction(db, (trx) =>
    createAccount(
      trx,
      OPERATOR,
      {
        slug: `history-${newId()}`,
        verifiedDomains: ['acme.example'],
        owner: { email: 'owner@acme.example', givenName: 'Olu', familyName: 'Ade' },
        enableScim: true,
      },
      new Date(),
    ),
  );
  const actor = scimActor();
  const run = <T>(work: (trx: Trx) => Promise<T>): Promise<T> => inTransaction(db, work);
  return {
    db,
    accountId,
    run,
    idp: identityProvider(db, { accountId, actor }),
    hand: administrator({ db, accountId }),
    caller: operatorCaller(OPERATOR),
    async postGroup(input) {
      const whole = { externalId: null, memberIds: [], ...input };
      return (await run((trx) => createGroup(trx, actor, accountId, whole, new Date()))).id;
    },
    async changeGroup(groupId, ...changes) {
      const request = { changes, scimBaseUrl: SCIM_BASE_URL };
      await run((trx) => changeGroup(trx, actor, accountId, groupId, request, new Date()));
    },
    deleteGroup: (groupId) => run((trx) => deleteGroup(trx, actor, accountId, groupId, new Date())),
    snapshot: () => takeSnapshot(db, accountId),
  };
}

async function takeSnapshot(db: Database, accountId: string): Promise<Snapshot> {
  const users = await sql<{ id: string; fields: JsonObject }>`
    select u.id, to_jsonb(u) as fields from users u where u.account_id = ${accountId}`.execute(db);
  const groups = await sql<{ id: string; fields: JsonObject }>`
    select g.id, to_jsonb(g) || jsonb_build_object(
      'permission_sets', array(select p.permission_set from group_permission_sets p
        where p.account_id = ${accountId} and p.group_id = g.id order by p.permission_set collate "C"),
      'idp_groups', array(select m.idp_group from sso_group_mappings m
        where m.account_id = ${accountId} and m.group_id = g.id order by m.idp_group)) as fields
    from groups g where g.account_id = ${accountId}`.execute(db);
  const members = await sql<{ group_id: string; user_id: string }>`
    select m.group_id, m.user_id from group_members m where m.account_id = ${accountId} order by m.user_id`.execute(
    db,
  );
  return {
    users: new Map(users.rows.map(({ id, fields }) => [id, told(fields, USER_FIELDS)])),
    groups: new Map(groups.rows.map(({ id, fields }) => [id, told(fields, GROUP_FIELDS)])),
    members: new Map(
      groups.rows.map(({ id }) => [
        id,
        members.rows.flatMap(({ group_id: groupId, user_id: userId }) => (groupId === id ? [userId] : [])),
      ]),
    ),
  };
}

const USER_FIELDS = {
  state: 'state',
  deleted_by: 'deletedBy',
  scim_managed: 'scimManaged',
  local_administrator: 'localAdministrator',
  user_name: 'userName',
  pending_user_name: 'pendingUserName',
  external_id: 'externalId',
  attributes: 'attributes',
  sign_in_email: 'signInEmail',
  sign_in_groups: 'signInGroups',
  asserted_license_type: 'assertedLicenseType',
  manual_license_type: 'manualLicenseType',
  license_type: 'licenseType',
  license_source: 'licenseSource',
  activated_at: 'activatedAt',
  one_sided_change: 'oneSidedChange',
  erased: 'erased',
};

const GROUP_FIELDS = {
  display_name: 'displayName',
  external_id: 'externalId',
  scim_managed: 'scimManaged',
  default_group: 'defaultGroup',
  assign_by_default: 'assignByDefault',
  attributes: 'attributes',
  permission_sets: 'permissionSets',
  idp_groups: 'idpGroups',
};

function told(row: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const fields = Object.entries(names).flatMap(([column, field]) => {
    const value = row[column] ?? null;
    return isEmpty(value) ? [] : [[field, readTime(field, value)] as const];
  });
  return Object.fromEntries(fields);
}

function isEmpty(value: JsonValue): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function readTime(field: string, value: JsonValue): JsonValue {
  return field === 'activatedAt' && typeof value === 'string' ? new Date(value).toISOString() : value;
}
