import { type Kysely, type RawBuilder, sql } from 'kysely';
import { selectOnlyAdministrator, takesLastAdministrator } from '../admins/last-account-admin.ts';
import type { DB } from '../database/schema.generated.ts';
import { idSet } from '../database/id-set.ts';
import { isId } from '../ids.ts';
import { groupToKeep } from './apply-sign-in-groups.ts';
import {
  selectSignInDifferences,
  type SignInDifference,
  type SupposedMapping,
} from './sign-in-difference.ts';

/** What the next sign-in of one person would change, if the token said what the last one did. */
export interface SignInGroupsChange {
  userId: string;
  userName: string;
  joins: readonly { groupId: string; displayName: string; origin: 'sso_mapping' | 'default' }[];
  leaves: readonly { groupId: string; displayName: string }[];
  /** They would leave it, were they not the last active `account_admin`. */
  keptIn: { groupId: string; displayName: string } | null;
}

/** The rules by which the sign-ins are played: not necessarily those in force. */
export interface SignInRules {
  scimEnabled: boolean;
  mapping?: SupposedMapping | undefined;
}

/** Whose sign-ins: of one person, or of the next `count` people behind `after`, in the order of their ids. */
export type SignInPreviewPage = { userId: string } | { after?: string | undefined; count: number };

/**
 * What the next sign-in of people would do to their groups, from the groups of their last one; who never signed in has none to
 * look at. Each is played as if it were the only one. Only people for whom something would change are named; `next` is where to go
 * on, undefined when everybody was looked at.
 */
export async function previewSignInGroups(
  db: Kysely<DB>,
  accountId: string,
  rules: SignInRules,
  page: SignInPreviewPage,
): Promise<{ changes: readonly SignInGroupsChange[]; next: string | undefined }> {
  if ('userId' in page && !isId(page.userId)) return { changes: [], next: undefined };
  const limit = 'userId' in page ? 1 : page.count;
  const people = await selectPeople(db, accountId, rules, page, limit);
  const ids = people.map(({ id }) => id);
  const differences = await selectSignInDifferences(db, accountId, signedIn(accountId, ids), rules.mapping);
  const kept = await selectKept(db, accountId, differences);
  const byPerson = Map.groupBy(differences, ({ userId }) => userId);
  const changes = people.flatMap(({ id, userName }) => {
    const own = byPerson.get(id);
    return own === undefined ? [] : [changeOf(id, userName, own, kept)];
  });
  return { changes, next: !('userId' in page) && people.length === limit ? ids.at(-1) : undefined };
}

/** The condition on `users u` that SSO group mappings apply to a person, and that they have signed in before. */
export function playsSignIn({ scimEnabled }: SignInRules): RawBuilder<unknown> {
  return sql`u.state = any('{active,invited}') and u.sign_in_groups is not null
    and not (u.scim_managed and ${scimEnabled}::boolean)`;
}

async function selectPeople(
  db: Kysely<DB>,
  accountId: string,
  rules: SignInRules,
  page: SignInPreviewPage,
  limit: number,
): Promise<{ id: string; userName: string }[]> {
  const isMeant = 'userId' in page ? sql`u.id = ${page.userId}` : behind(page.after);
  const { rows } = await sql<{ id: string; user_name: string }>`
    select u.id, u.user_name from users u
    where u.account_id = ${accountId} and ${isMeant} and ${playsSignIn(rules)}
    order by u.id limit ${limit}`.execute(db);
  return rows.map((row) => ({ id: row.id, userName: row.user_name }));
}

function behind(userId: string | undefined): RawBuilder<unknown> {
  return userId === undefined ? sql`true` : sql`u.id > ${userId}`;
}

function signedIn(accountId: string, ids: readonly string[]): RawBuilder<unknown> {
  return sql`
    select u.id as user_id, u.sign_in_groups as idp_groups from users u
    where u.account_id = ${accountId} and u.id = any(${idSet(ids)})`;
}

/** What the only active administrator would be kept in. */
async function selectKept(
  db: Kysely<DB>,
  accountId: string,
  differences: readonly SignInDifference[],
): Promise<SignInDifference | undefined> {
  if (!differences.some(({ administers }) => administers)) return undefined;
  const userId = await selectOnlyAdministrator(db, accountId);
  const own = differences.filter((difference) => difference.userId === userId);
  const kept = groupToKeep(own);
  if (userId === undefined || kept === undefined) return undefined;
  const groupIds = own.flatMap(({ groupId, joinsAs }) => (joinsAs === null ? [groupId] : []));
  const isLast = await takesLastAdministrator(db, accountId, { kind: 'groups_of_person', userId, groupIds });
  return isLast ? kept : undefined;
}

function changeOf(
  userId: string,
  userName: string,
  differences: readonly SignInDifference[],
  kept: SignInDifference | undefined,
): SignInGroupsChange {
  return {
    userId,
    userName,
    joins: differences.flatMap((difference) =>
      difference.joinsAs === null ? [] : [{ ...nameOf(difference), origin: difference.joinsAs }],
    ),
    leaves: differences
      .filter(({ joinsAs }) => joinsAs === null)
      .filter((each) => each !== kept)
      .map(nameOf),
    keptIn: kept?.userId === userId ? nameOf(kept) : null,
  };
}

function nameOf({ groupId, displayName }: SignInDifference): { groupId: string; displayName: string } {
  return { groupId, displayName };
}
