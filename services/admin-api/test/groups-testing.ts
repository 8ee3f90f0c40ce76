import { createUnmanagedUser } from '@rollcall/domain/users/create-unmanaged-user';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { encodeGlobalId } from '../src/graphql/global-ids.ts';
import { type ApiClient, OPERATOR, type TestAccount, type TestAdminApi, textAt } from './harness.ts';

/** People whom no identity provider manages; the ids that the API gives them. */
export async function givenPeople(
  { db }: TestAdminApi,
  { accountId }: TestAccount,
  ...names: readonly string[]
): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const person = { userName: `${name}@acme.io`, givenName: name, familyName: 'Test' };
    const user = await inTransaction(db, (trx) =>
      createUnmanagedUser(trx, OPERATOR, accountId, person, new Date()),
    );
    ids.push(encodeGlobalId('User', user.id));
  }
  return ids;
}

/** The id of a new group. */
export async function givenGroup(
  client: ApiClient,
  displayName: string,
  userIds: readonly string[] = [],
): Promise<string> {
  return textAt(await client.mutate('groupCreate', { displayName, userIds }, 'group { id }'), 'group.id');
}
