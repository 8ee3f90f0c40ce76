import type { Account } from '@rollcall/domain/accounts/account';
import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Database } from '@rollcall/domain/database/connection';
import { NotFoundError } from '@rollcall/domain/errors';
import { listMemberships } from '@rollcall/domain/groups/memberships';
import { findGroupsById } from '@rollcall/domain/groups/search-groups';
import { lockedUserActions } from '@rollcall/domain/licenses/choose-license';
import type { LicenseStep } from '@rollcall/domain/licenses/decide-license';
import { findBindings } from '@rollcall/domain/sso/find-bindings';
import { decideFor } from '@rollcall/domain/users/license-user';
import { findUserByName, findUsersById } from '@rollcall/domain/users/search-users';
import { isTombstone, type User } from '@rollcall/domain/users/user';
import { dateOrNothing, facts, printable, printResult } from '../output.ts';
import { describeUser } from '../user-description.ts';
import type { OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const MOST_GROUPS = 1000;

/** `user show`: a person, the license with every rule that was considered, and the groups with their reason. */
export async function showUser(reference: string, nameOrId: string, options: OutputOptions): Promise<void> {
  const described = await withAccount(reference, async (db, account) => {
    const user = await personOf(db, account, nameOrId);
    return describeWhole(db, account, user);
  });
  const { user, licenseDecision, memberships, signIn, lockedActions } = described;
  const lines = facts([
    ['User', user.userName],
    ['ID', user.id],
    ['State', user.deletedBy === null ? user.state : `${user.state} by ${user.deletedBy}`],
    ['Waits to be', user.pendingUserName ?? '–'],
    ['Managed by', user.scimManaged ? 'SCIM' : 'hand'],
    ['External ID', user.externalId ?? '–'],
    ['License', user.licenseType === null ? '–' : `${user.licenseType} (${user.licenseSource ?? '–'})`],
    ['Signs in as', signIn.binding === null ? '–' : `${signIn.binding.subject} of ${signIn.binding.issuer}`],
    ['Groups of the last sign-in', signIn.groups?.join(', ') ?? 'none are known'],
    ['Active since', dateOrNothing(described.activatedAt)],
  ]);
  const sections = [
    lines,
    section('The license, rule by rule', (licenseDecision?.steps ?? []).map(stepLine)),
    section(
      'Groups',
      memberships.map(
        ({ displayName, origin, addedAt, held }) =>
          `${displayName}: ${origin}, since ${addedAt.toISOString()}${held ? ', held' : ''}`,
      ),
    ),
    section(
      'Not to be done by hand now',
      lockedActions.map(({ action, reason }) => `${action}: ${reason}`),
    ),
  ];
  printResult(options, described, sections.filter((text) => text !== '').join('\n\n'));
}

async function describeWhole(db: Database, { id: accountId }: Account, user: User) {
  const cut = { behind: undefined, backward: false, limit: MOST_GROUPS };
  const [settings, memberships, bindings] = await Promise.all([
    readAccountSettings(db, accountId),
    listMemberships(db, accountId, 'user', [user.id], cut),
    findBindings(db, accountId, [user.id]),
  ]);
  const own = memberships.get(user.id) ?? [];
  const groups = await findGroupsById(
    db,
    accountId,
    own.map(({ groupId }) => groupId),
  );
  const hasNoLicense = isTombstone(user) || user.localAdministrator;
  return {
    user: describeUser(user),
    activatedAt: user.activatedAt,
    licenseDecision: hasNoLicense ? null : decideFor(user, settings),
    memberships: own.map(({ groupId, origin, addedAt, held }) => ({
      groupId,
      displayName: groups.get(groupId)?.displayName ?? groupId,
      origin,
      addedAt,
      held,
    })),
    signIn: { groups: user.signInGroups, binding: bindings.get(user.id) ?? null },
    lockedActions: lockedUserActions(settings, user),
  };
}

/** Throws NotFoundError. */
async function personOf(db: Database, { id, slug }: Account, nameOrId: string): Promise<User> {
  const byId = (await findUsersById(db, id, [nameOrId])).get(nameOrId);
  const user = byId ?? (await findUserByName(db, id, nameOrId));
  if (user !== undefined) return user;
  throw new NotFoundError(
    `Nobody in this account has the id or user name "${nameOrId}". "rollcall users list ${slug} --search …" finds people by a part of the name.`,
  );
}

function stepLine({ rule, outcome, reason }: LicenseStep): string {
  return `${outcome === 'decided' ? 'decides' : 'passes '}  ${rule}: ${reason}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${printable(line)}`)].join('\n');
}
