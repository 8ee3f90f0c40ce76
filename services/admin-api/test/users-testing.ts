import type { Actor } from '@rollcall/domain/actor';
import { newId } from '@rollcall/domain/ids';
import { type IdentityProvider, identityProvider } from '@rollcall/domain/testing/provisioning';
import { type ApiClient, type TestAccount, type TestAdminApi, textAt } from './harness.ts';

/** An identity provider that writes to the account. */
export function providerOf({ db }: TestAdminApi, { accountId }: TestAccount): IdentityProvider {
  const request = { id: newId(), method: 'POST', path: '/Users' };
  const actor: Actor = { kind: 'scim_token', id: newId(), name: 'Okta', request };
  return identityProvider(db, { accountId, actor });
}

/** Lets administrators change what the identity provider manages. */
export async function allowManualUpdates({ db }: TestAdminApi, { accountId }: TestAccount): Promise<void> {
  await db
    .updateTable('scim_configurations')
    .set({ allow_manual_updates: true, settings_version: 100 })
    .where('account_id', '=', accountId)
    .execute();
}

/** The id by which the API knows the person of that user name. */
export async function idOf(client: ApiClient, userName: string): Promise<string> {
  const { data } = await client.query(
    'query ($userName: String) { account { user(userName: $userName) { id } } }',
    {
      userName,
    },
  );
  return textAt(data, 'account.user.id');
}
