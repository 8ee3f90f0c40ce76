import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { selectOnlyAdministrator } from '../admins/last-account-admin.ts';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError, PlanChangedError } from '../errors.ts';
import { isId } from '../ids.ts';
import { readIdpGroups } from '../sso/idp-groups.ts';
import { selectGroup } from './groups.repository.ts';
import { groupNotThere } from './lock-group-by-hand.ts';
import type { MembershipCut } from './memberships.ts';
import { playsSignIn, previewSignInGroups, type SignInRules } from './preview-sign-in-groups.ts';
import type { SupposedMapping } from './sign-in-difference.ts';

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
  /** Setting the mapping with it is refused when sign-ins would do something else by then. */
  previewToken: string;
}

const ADVICE = 'the account has too many people who have signed in. Set the mapping without a preview.';

/**
 * How many would join and leave a group at their next sign-in if it had another mapping, from the groups of everybody's last
 * one. Throws ForbiddenError, NotFoundError, InvalidInputError, TooCostlyError and BusyError.
 */
export async function previewSsoGroupMapping(
  db: Database,
  caller: Caller,
  accountId: string,
  mapping: SupposedMapping,
): Promise<SsoGroupMappingPreview> {
  return boundedQuery(
    db,
    async (queries) => {
      const { effect, keptUserId } = await effectOf(queries, caller, accountId, mapping);
      const { joining, leaving } = effect;
      return { joining, leaving, keptUserId, previewToken: tokenOf(effect) };
    },
    ADVICE,
  );
}

/** A piece of the list of those people, in the order of their ids, as it is read: backward, the last comes first. */
export async function listSsoGroupMappingChanges(
  db: Database,
  caller: Caller,
  accountId: string,
  mapping: SupposedMapping,
  { behind, backward, limit }: MembershipCut,
): Promise<readonly SsoGroupMappingChange[]> {
  const isBehind = backward ? sql`d.user_id < ${behind}` : sql`d.user_id > ${behind}`;
  const { rows } = await boundedQuery(
    db,
    async (queries) => {
      const { differences, keptUserId } = await questionOf(queries, caller, accountId, mapping);
      return sql<{ user_id: string; joins_as: string | null }>`
      with ${differences}
      select d.user_id, d.joins_as from differences d
      where ${behind === undefined ? sql`true` : isBehind}
        and ${keptUserId === null ? sql`true` : sql`d.user_id <> ${keptUserId}`}
      order by d.user_id ${backward ? sql`desc` : sql`asc`} limit ${limit}`.execute(queries);
    },
    ADVICE,
  );
  return rows.map((row) => ({
    userId: row.user_id,
    change: row.joins_as === null ? 'leaves' : 'joins',
  }));
}

/**
 * Throws PlanChangedError, naming what is different, unless sign-ins would do what the preview with that token said, and
 * InvalidInputError for what is no token, or one of another change.
 */
export async function assertAsPreviewed(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  mapping: SupposedMapping,
  previewToken: string,
): Promise<void> {
  const then = readToken(previewToken);
  const { effect } = await effectOf(db, caller, accountId, mapping);
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
  mapping: SupposedMapping,
): Promise<{ effect: Effect; keptUserId: string | null }> {
  const { differences, keptUserId } = await questionOf(db, caller, accountId, mapping);
  const { rows } = await sql<{ joining: number; leaving: number; people: string }>`
    with ${differences}
    select count(*) filter (where d.joins_as is not null) as joining,
      count(*) filter (where d.joins_as is null) as leaving,
      coalesce(bit_xor(hashtextextended(d.user_id::text || coalesce(d.joins_as, ''), 0)), 0)::text as people
    from differences d`.execute(db);
  const found = rows[0] ?? { joining: 0, leaving: 0, people: '0' };
  const effect = {
    change: digestOf(mapping.groupId, ...mapping.idpGroups.toSorted()),
    joining: found.joining,
    leaving: found.leaving - (keptUserId === null ? 0 : 1),
    people: digestOf(found.people, keptUserId ?? ''),
  };
  return { effect, keptUserId };
}

/** The differences that the mapping would make to its group alone, and who would be kept in it. */
async function questionOf(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  { groupId, idpGroups }: SupposedMapping,
): Promise<{ differences: RawBuilder<unknown>; keptUserId: string | null }> {
  assertRight(caller, 'people:read');
  const supposed = { groupId, idpGroups: readIdpGroups(idpGroups, 'idpGroups') };
  const group = isId(groupId) ? await selectGroup(db, accountId, groupId, 'everything') : undefined;
  if (group === undefined) throw groupNotThere();
  const { scim } = await readAccountSettings(db, accountId);
  const rules = { scimEnabled: scim.enabled, mapping: supposed };
  return { differences: differencesOf(accountId, rules), keptUserId: await selectKept(db, accountId, rules) };
}

/** Common table expressions, the last of them `differences (user_id, joins_as)`; null: they would leave. */
function differencesOf(
  accountId: string,
  { mapping: { groupId, idpGroups }, ...rules }: SignInRules & { mapping: SupposedMapping },
): RawBuilder<unknown> {
  const isMapped = sql.lit(idpGroups.length > 0);
  return sql`
    matching as (
      select distinct u.id as user_id
      from users u
      cross join lateral unnest(u.sign_in_groups) as claimed (idp_group)
      join unnest(${[...idpGroups]}::text[]) as named (idp_group) on named.idp_group = claimed.idp_group
      where u.account_id = ${accountId} and ${playsSignIn(rules)}
    ),
    differences as (
      select p.user_id, case when p.matches then 'sso_mapping' when p.wanted then 'default' end as joins_as
      from (
        select u.id as user_id, claim.user_id is not null as matches,
          claim.user_id is not null or g.assign_by_default as wanted, m.user_id is not null as is_member
        from groups g
        join users u on u.account_id = ${accountId} and ${playsSignIn(rules)}
        left join matching claim on claim.user_id = u.id
        left join group_members m on m.account_id = ${accountId} and m.group_id = g.id and m.user_id = u.id
        where g.account_id = ${accountId} and g.id = ${groupId}
      ) p
      where case when p.wanted then not p.is_member else p.is_member and ${isMapped} end
    )`;
}

async function selectKept(
  db: Kysely<DB>,
  accountId: string,
  rules: SignInRules & { mapping: SupposedMapping },
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
