import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { selectOnlyAdministrator } from '../admins/last-account-admin.ts';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError, PlanChangedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { readIdpGroups } from '../sso/idp-groups.ts';
import { groupNotFound } from './change-group.ts';
import { selectGroup } from './groups.repository.ts';
import { playsSignIn, previewSignInGroups } from './preview-sign-in-groups.ts';
import { signInDifferences } from './sign-in-difference.ts';

/** Somebody whose next sign-in brings them into the group or out of it. */
export interface SsoGroupMappingChange {
  userId: string;
  change: 'joins' | 'leaves';
}

export interface SsoGroupMappingPreview {
  joining: number;
  leaving: number;
  /** The last active `account_admin`, who would leave otherwise. */
  keptUserId: string | null;
  /** At most as many as were asked for, in the order of their ids. */
  changes: readonly SsoGroupMappingChange[];
  hasMore: boolean;
  /** Setting the mapping with it is refused when sign-ins would do something else by then. */
  previewToken: string;
}

/**
 * Who would join and leave a group at their next sign-in if it had another mapping, from the groups of everybody's last one.
 * Throws ForbiddenError, NotFoundError and InvalidInputError.
 */
export async function previewSsoGroupMapping(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  groupId: string,
  given: readonly string[],
  page: { after?: string | undefined; count: number },
): Promise<SsoGroupMappingPreview> {
  const idpGroups = readIdpGroups(given, 'idpGroups');
  const { effect, differences, keptUserId } = await effectOf(db, caller, accountId, groupId, idpGroups);
  const { rows } = await sql<{ user_id: string; joins_as: string | null }>`
    with ${differences}
    select d.user_id, d.joins_as from differences d
    where ${page.after === undefined ? sql`true` : sql`d.user_id > ${page.after}`}
      and ${keptUserId === null ? sql`true` : sql`d.user_id <> ${keptUserId}`}
    order by d.user_id limit ${page.count + 1}`.execute(db);
  return {
    joining: effect.joining,
    leaving: effect.leaving,
    keptUserId,
    changes: rows.slice(0, page.count).map((row) => ({
      userId: row.user_id,
      change: row.joins_as === null ? 'leaves' : 'joins',
    })),
    hasMore: rows.length > page.count,
    previewToken: tokenOf(effect),
  };
}

/**
 * Throws PlanChangedError, naming what is different, unless sign-ins would do what the preview with that token said, and
 * InvalidInputError for what is no token, or one of another change.
 */
export async function assertAsPreviewed(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  groupId: string,
  idpGroups: readonly string[],
  previewToken: string,
): Promise<void> {
  const then = readToken(previewToken);
  const { effect } = await effectOf(db, caller, accountId, groupId, idpGroups);
  if (then.change !== effect.change) {
    throw new InvalidInputError('This token is of the preview of another change.', 'previewToken');
  }
  if (then.people === effect.people) return;
  const differences = [
    ...(then.joining === effect.joining ? [] : [`${effect.joining} people would join, not ${then.joining}.`]),
    ...(then.leaving === effect.leaving
      ? []
      : [`${effect.leaving} people would leave, not ${then.leaving}.`]),
  ];
  throw new PlanChangedError(
    'People have signed in, or the group has changed, since the preview. Look at a new one before you set the mapping.',
    differences.length > 0 ? differences : ['Other people would join or leave than the preview showed.'],
  );
}

/** What the token holds. It is no secret: who makes one up refuses nothing but their own change. */
interface Effect {
  /** A digest of what is asked for. */
  change: string;
  joining: number;
  leaving: number;
  /** A digest of who would join and leave. */
  people: string;
}

async function effectOf(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  groupId: string,
  idpGroups: readonly string[],
): Promise<{ effect: Effect; differences: RawBuilder<unknown>; keptUserId: string | null }> {
  assertRight(caller, 'people:read');
  const group = isId(groupId) ? await selectGroup(db, accountId, groupId, 'everything') : undefined;
  if (group === undefined) throw groupNotFound(groupId);
  const { scim } = await readAccountSettings(db, accountId);
  const supposed = { groupId, idpGroups };
  const rules = { scimEnabled: scim.enabled, mapping: supposed };
  const everybody = sql`
    select u.id as user_id, u.sign_in_groups as idp_groups from users u
    where u.account_id = ${accountId} and ${playsSignIn(rules)}`;
  const differences = signInDifferences(accountId, everybody, { supposed, onlyGroup: groupId });
  const { rows } = await sql<{ joining: number; leaving: number; people: string }>`
    with ${differences}
    select count(*) filter (where d.joins_as is not null) as joining,
      count(*) filter (where d.joins_as is null) as leaving,
      coalesce(bit_xor(hashtextextended(d.user_id::text || coalesce(d.joins_as, ''), 0)), 0)::text as people
    from differences d`.execute(db);
  const found = rows[0] ?? { joining: 0, leaving: 0, people: '0' };
  const keptUserId = found.leaving === 0 ? null : await selectKept(db, accountId, rules);
  const effect = {
    change: digestOf(groupId, ...idpGroups.toSorted()),
    joining: found.joining,
    leaving: found.leaving - (keptUserId === null ? 0 : 1),
    people: digestOf(found.people, keptUserId ?? ''),
  };
  return { effect, differences, keptUserId };
}

async function selectKept(
  db: Kysely<DB>,
  accountId: string,
  rules: { scimEnabled: boolean; mapping: { groupId: string; idpGroups: readonly string[] } },
): Promise<string | null> {
  const userId = await selectOnlyAdministrator(db, accountId);
  if (userId === undefined) return null;
  const { changes } = await previewSignInGroups(db, accountId, rules, { userId });
  return changes[0]?.keptIn?.groupId === rules.mapping.groupId ? userId : null;
}

function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function tokenOf({ change, joining, leaving, people }: Effect): string {
  return [change, joining, leaving, people].join('.');
}

function readToken(token: string): Effect {
  const [change = '', joining, leaving, people] = token.split('.');
  const effect = { change, joining: Number(joining), leaving: Number(leaving), people: people ?? '' };
  if (Number.isSafeInteger(effect.joining) && Number.isSafeInteger(effect.leaving)) return effect;
  throw new InvalidInputError('This is not the token of a preview.', 'previewToken');
}
