import { type Kysely, sql } from 'kysely';
import type { ProviderKind } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import type { SsoProvider } from './sso-provider.ts';

/** A provider with what only the edge that speaks to it may see. */
export interface StoredProvider {
  provider: SsoProvider;
  /** Sealed. */
  clientSecret: Uint8Array | null;
}

interface ProviderRow {
  kind: ProviderKind | null;
  protocol: 'oidc' | 'saml';
  issuer: string;
  client_id: string | null;
  client_secret: Uint8Array | null;
  client_secret_set_at: Date | null;
  sign_on_url: string | null;
  signing_certificates: readonly string[] | null;
  groups_claim: string;
  version: number;
  created_at: Date;
  updated_at: Date;
  tested_at: Date | null;
}

export async function selectProvider(db: Kysely<DB>, accountId: string): Promise<StoredProvider | undefined> {
  const { rows } = await sql<ProviderRow>`
    select a.sso_provider_kind as kind, p.protocol, p.issuer, p.client_id, p.client_secret, p.client_secret_set_at,
      p.sign_on_url, p.signing_certificates, p.groups_claim, p.version, p.created_at, p.updated_at, p.tested_at
    from sso_providers p join accounts a on a.id = p.account_id
    where p.account_id = ${accountId} and a.id = ${accountId}`.execute(db);
  const [row] = rows;
  return row && { provider: toProvider(accountId, row), clientSecret: row.client_secret };
}

/** Inserts or replaces it. The caller holds the account's lock. */
export async function saveProvider(trx: Trx, { provider, clientSecret }: StoredProvider): Promise<void> {
  const oidc = provider.protocol === 'oidc' ? provider : undefined;
  const saml = provider.protocol === 'saml' ? provider : undefined;
  const values = {
    protocol: provider.protocol,
    issuer: provider.issuer,
    client_id: oidc?.clientId ?? null,
    client_secret: clientSecret === null ? null : Buffer.from(clientSecret),
    client_secret_set_at: oidc?.clientSecretSetAt ?? null,
    sign_on_url: saml?.signOnUrl ?? null,
    signing_certificates: saml === undefined ? null : [...saml.signingCertificates],
    groups_claim: provider.groupsClaim,
    version: provider.version,
    updated_at: provider.updatedAt,
    tested_at: provider.testedAt,
  };
  await trx
    .insertInto('sso_providers')
    .values({ account_id: provider.accountId, created_at: provider.createdAt, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute();
}

export async function deleteProvider(trx: Trx, accountId: string): Promise<void> {
  await trx.deleteFrom('sso_providers').where('account_id', '=', accountId).execute();
}

export async function saveProviderKind(
  trx: Trx,
  accountId: string,
  kind: ProviderKind | null,
): Promise<void> {
  await trx.updateTable('accounts').set({ sso_provider_kind: kind }).where('id', '=', accountId).execute();
}

function toProvider(accountId: string, row: ProviderRow): SsoProvider {
  const facts = {
    accountId,
    kind: row.kind,
    issuer: row.issuer,
    groupsClaim: row.groups_claim,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    testedAt: row.tested_at,
  };
  if (row.protocol === 'oidc') {
    return {
      ...facts,
      protocol: 'oidc',
      clientId: row.client_id ?? '',
      clientSecretSetAt: row.client_secret_set_at,
    };
  }
  return {
    ...facts,
    protocol: 'saml',
    signOnUrl: row.sign_on_url ?? '',
    signingCertificates: row.signing_certificates ?? [],
  };
}
