import { type Caller, operatorCaller } from '@rollcall/domain/admins/caller';
import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import type { SecretBox } from '@rollcall/domain/sso/secret-box';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import type { SsoProvider } from '@rollcall/domain/sso/sso-provider';
import type { DemoDirectory } from './demo-directories.ts';
import { CLIENT_ID } from './identity-provider/openid-provider.ts';
import type { Secrets } from './identity-provider/secrets.ts';

export type DemoProvider = {
  /** Of the stack's OpenID provider; each account has an issuer below it. */
  readonly url: string;
  readonly secrets: Secrets;
  /** Seals the client secret as the admin API will open it. */
  readonly secretBox: SecretBox;
};

const CALLER: Caller = operatorCaller({ kind: 'operator', name: 'npm start' });

/** Has the account's people sign in with the stack's provider, unless a developer has connected another one. */
export async function connectProvider(
  db: Database,
  { url, secrets, secretBox }: DemoProvider,
  accountId: string,
  { sso, account: { slug } }: DemoDirectory,
): Promise<void> {
  const connected = await findSsoProvider(db, accountId);
  if (connected !== undefined && !isOurs(connected, slug)) return;
  const surroundings = { secrets: secretBox, allowHttp: true };
  const input = {
    protocol: 'oidc',
    kind: sso,
    issuer: `${url}/${slug}`,
    clientId: CLIENT_ID,
    clientSecret: secrets.clientSecret,
  } as const;
  await inTransaction(db, (trx) => setSsoProvider(trx, surroundings, CALLER, accountId, input, new Date()));
}

/** On whatever port it was. */
function isOurs({ protocol, issuer }: SsoProvider, slug: string): boolean {
  const url = URL.parse(issuer);
  return protocol === 'oidc' && url?.hostname === '127.0.0.1' && url.pathname === `/${slug}`;
}
