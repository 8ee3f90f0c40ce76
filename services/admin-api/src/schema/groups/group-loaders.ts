import type { PermissionSet } from '@rollcall/domain/admins/permission-sets';
import { type GivenPermissionSet, permissionSetsOfMany } from '@rollcall/domain/admins/permissions-of-users';
import type { Database } from '@rollcall/domain/database/connection';
import {
  countMembersOfMany,
  countMemberships,
  listMemberships,
  type Membership,
  type MembershipCut,
  type MembershipSide,
} from '@rollcall/domain/groups/memberships';
import type { Group } from '@rollcall/domain/groups/group';
import { findGroupsById } from '@rollcall/domain/groups/search-groups';
import { listGrants } from '@rollcall/domain/groups/permission-set-grants';
import { selectSsoGroupMappings } from '@rollcall/domain/groups/sso-group-mappings';
import DataLoader from 'dataloader';
import type { AdminContext } from '../../graphql/context.ts';

/** The permission sets of groups. */
export function grantsLoader(context: AdminContext): DataLoader<string, readonly PermissionSet[]> {
  return byId(context, listGrants, () => []);
}

/** The permission sets of people. */
export function givenSetsLoader(context: AdminContext): DataLoader<string, readonly GivenPermissionSet[]> {
  return byId(context, permissionSetsOfMany, () => []);
}

/** The identity provider's groups that lead into groups. */
export function mappingLoader(context: AdminContext): DataLoader<string, readonly string[]> {
  return byId(context, selectSsoGroupMappings, () => []);
}

export function memberCountLoader(
  context: AdminContext,
): DataLoader<string, { atLeast: number; isExact: boolean }> {
  return byId(context, countMembersOfMany, () => ({ atLeast: 0, isExact: true }));
}

/** Groups themselves; null for one that is gone. */
export function groupLoader(context: AdminContext): DataLoader<string, Group | null> {
  return byId<Group | null>(context, findGroupsById, () => null);
}

type Read<T> = (db: Database, accountId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

function byId<T>(context: AdminContext, read: Read<T>, missing: () => T): DataLoader<string, T> {
  return new DataLoader(async (ids) => {
    const found = await context.read((db) => read(db, context.accountId, ids));
    return ids.map((id) => found.get(id) ?? missing());
  });
}

interface MembershipsOf {
  side: MembershipSide;
  id: string;
}

/** Pieces of the lists of members, or of people's groups: those of one kind and piece with one statement. */
export function membershipLoader(
  context: AdminContext,
): DataLoader<MembershipsOf & { cut: MembershipCut }, readonly Membership[], string> {
  return new DataLoader(
    async (pieces) => {
      const together = Map.groupBy(pieces, ({ side, cut }) => JSON.stringify({ side, cut }));
      const found = new Map<string, ReadonlyMap<string, readonly Membership[]>>();
      for (const [kind, [first, ...rest]] of together) {
        if (first === undefined) continue;
        const ids = [first, ...rest].map(({ id }) => id);
        const { side, cut } = first;
        found.set(kind, await context.read((db) => listMemberships(db, context.accountId, side, ids, cut)));
      }
      return pieces.map(({ side, cut, id }) => found.get(JSON.stringify({ side, cut }))?.get(id) ?? []);
    },
    { cacheKeyFn: (piece) => JSON.stringify(piece) },
  );
}

/** The exact lengths of these lists. */
export function membershipCountLoader(context: AdminContext): DataLoader<MembershipsOf, number, string> {
  return new DataLoader(
    async (lists) => {
      const bySide = Map.groupBy(lists, ({ side }) => side);
      const counts = new Map<string, number>();
      for (const [side, own] of bySide) {
        const ids = own.map(({ id }) => id);
        const found = await context.read((db) => countMemberships(db, context.accountId, side, ids));
        for (const [id, amount] of found) counts.set(`${side} ${id}`, amount);
      }
      return lists.map(({ side, id }) => counts.get(`${side} ${id}`) ?? 0);
    },
    { cacheKeyFn: ({ side, id }) => `${side} ${id}` },
  );
}
