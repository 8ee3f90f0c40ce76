import { findUsersById } from '@rollcall/domain/users/search-users';
import type { User } from '@rollcall/domain/users/user';
import DataLoader from 'dataloader';
import type { AdminContext } from '../../graphql/context.ts';

/** People by their row ids, in one statement for a page: for fields of things that may be read by whoever may read people. */
export function userLoader(context: AdminContext): DataLoader<string, User> {
  return new DataLoader(async (ids) => {
    const found = await context.read((db) => findUsersById(db, context.accountId, ids));
    return ids.map((id) => found.get(id) ?? new Error(`User ${id} is not in the account.`));
  });
}
