import type { Insertable, Updateable } from 'kysely';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import type { Accounts, ScimConfigurations } from '../database/schema.generated.ts';
import { newId } from '../ids.ts';
import type { LicenseType } from '../licenses/license-type.ts';

export interface GivenAccount {
  accountId: string;
  /** A SCIM token of the account, as the author of writes. */
  actor: Actor;
}

/** An account with SCIM enabled and the domain acme.example verified, unless told otherwise. */
export async function givenAccount(
  db: Database,
  given: {
    account?: Partial<Pick<Insertable<Accounts>, 'slug' | 'name' | 'plan' | 'sso_provider_kind'>>;
    scim?: Updateable<ScimConfigurations>;
    verifiedDomains?: readonly string[];
    seats?: Partial<Record<LicenseType, number>>;
  } = {},
): Promise<GivenAccount> {
  const accountId = newId();
  const now = new Date();
  await db
    .insertInto('accounts')
    .values({
      id: accountId,
      slug: `test-${accountId}`,
      name: 'Test',
      plan: 'enterprise',
      sso_provider_kind: 'okta',
      created_at: now,
      ...given.account,
    })
    .execute();
  await db
    .insertInto('scim_configurations')
    .values({ enabled: true, ...given.scim, account_id: accountId, updated_at: now })
    .execute();
  for (const domain of given.verifiedDomains ?? ['acme.example']) {
    await db
      .insertInto('account_domains')
      .values({ account_id: accountId, domain, verified_at: now, created_at: now })
      .execute();
  }
  for (const licenseType of ['developer', 'analyst', 'it', 'read_only'] as const) {
    const limit = given.seats?.[licenseType];
    if (limit === undefined) continue;
    await db
      .insertInto('license_seats')
      .values({ account_id: accountId, license_type: licenseType, seat_limit: limit })
      .execute();
  }
  return { accountId, actor: scimActor() };
}

export function scimActor(): Actor {
  return {
    kind: 'scim_token',
    id: newId(),
    name: 'test token',
    request: { id: newId(), method: 'POST', path: '/Users' },
  };
}

/** A single sign-on provider that nobody can reach: enough to enable SCIM. */
export async function connectProvider(db: Database, accountId: string): Promise<void> {
  const now = new Date();
  await db
    .insertInto('sso_providers')
    .values({
      account_id: accountId,
      protocol: 'oidc',
      issuer: 'https://idp.acme.example',
      client_id: 'rollcall',
      groups_claim: 'groups',
      created_at: now,
      updated_at: now,
    })
    .execute();
}
