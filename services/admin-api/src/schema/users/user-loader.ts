import { findUsersById } from '@rollcall/domain/users/search-users';
import type { User } from '@rollcall/domain/users/user';
import DataLoader from 'dataloader';
import type { AdminContext } from '../../graphql/context.ts';

/** People by their ids, tombstones included, all with one statement; null for who is not there. */
export function userLoader({ read, accountId }: AdminContext): DataLoader<string, User | null> {
  return new DataLoader(async (userIds) => {
    const found = await read((db) => findUsersById(db, accountId, userIds));
    return userIds.map((userId) => found.get(userId) ?? null);
  });
}
