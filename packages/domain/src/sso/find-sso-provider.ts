import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { RefusedError } from '../errors.ts';
import type { SecretBox } from './secret-box.ts';
import type { OidcProvider, SsoProvider } from './sso-provider.ts';
import { selectProvider, type StoredProvider } from './sso-providers.repository.ts';

/** The account's provider, without its secret. */
export async function findSsoProvider(db: Kysely<DB>, accountId: string): Promise<SsoProvider | undefined> {
  return (await selectProvider(db, accountId))?.provider;
}

/** An account at an OpenID provider: what the edge needs to speak to it. */
export interface OidcClient {
  provider: OidcProvider;
  clientSecret: string | null;
}

/**
 * The account's OpenID Connect client with its secret, for the edge that speaks to the provider and for nobody else; undefined
 * where the account has none. Throws RefusedError('secret_unreadable') where this process lacks the key.
 */
export async function findOidcClient(
  db: Kysely<DB>,
  secrets: SecretBox,
  accountId: string,
): Promise<OidcClient | undefined> {
  const stored = await selectProvider(db, accountId);
  if (stored?.provider.protocol !== 'oidc') return undefined;
  return { provider: stored.provider, clientSecret: openClientSecret(secrets, accountId, stored) };
}

function openClientSecret(
  secrets: SecretBox,
  accountId: string,
  { clientSecret }: StoredProvider,
): string | null {
  if (clientSecret === null) return null;
  const secret = secrets.open(clientSecretPurpose(accountId), clientSecret);
  if (secret !== undefined) return secret;
  throw new RefusedError(
    'secret_unreadable',
    'The client secret was sealed with a key that this process does not have. The operator can name that key in ROLLCALL_SECRET_KEY_PREVIOUS, or an administrator enters the client secret again.',
  );
}

export function clientSecretPurpose(accountId: string): string {
  return `sso_providers.client_secret:${accountId}`;
}
