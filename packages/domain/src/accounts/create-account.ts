import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { violates } from '../database/constraint-violations.ts';
import type { Trx } from '../database/transaction.ts';
import { ConflictError, InvalidInputError, RefusedError } from '../errors.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { addToDefaultGroups, createDefaultGroups } from '../groups/default-groups.ts';
import { newId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { assertScimAllowed } from '../scim-access/scim-preconditions.ts';
import { createUnmanagedUser } from '../users/create-unmanaged-user.ts';
import { isAddress } from '../users/email-addresses.ts';
import { assertSlug, readDomain, readName } from './account-names.ts';
import type { Plan, ProviderKind, ScimConfiguration } from './account-settings.ts';
import type { Account } from './account.ts';
import { assertSeatLimit } from './set-seats.ts';

/** Everything but the slug has a default. */
export interface CreateAccountInput {
  slug: string;
  /** The slug, unless given. */
  name?: string | undefined;
  plan?: Plan | undefined;
  ssoProviderKind?: ProviderKind | null | undefined;
  verifiedDomains?: readonly string[] | undefined;
  userNamePolicy?: ScimConfiguration['userNamePolicy'] | undefined;
  unlicensedMembers?: ScimConfiguration['unlicensedMembers'] | undefined;
  dialects?: ScimConfiguration['dialects'] | undefined;
  defaultLicenseType?: LicenseType | undefined;
  /** Types that are not named are unlimited, except analyst, which the account then does not have. */
  seats?: readonly Seats[] | undefined;
  /** The first administrator. */
  owner?: Owner | undefined;
  enableScim?: boolean | undefined;
}

interface Owner {
  email: string;
  givenName: string;
  familyName: string;
}

interface Seats {
  licenseType: LicenseType;
  limit: number;
}

/**
 * Makes an account with its SCIM configuration and its default groups and, where an owner is named, its first user, who
 * is in all of these groups. Throws ConflictError('slug_taken'), InvalidInputError, and RefusedError where plan, sign-on
 * provider or seats do not allow what was asked for.
 */
export async function createAccount(
  trx: Trx,
  actor: Actor,
  input: CreateAccountInput,
  now: Date,
): Promise<Account> {
  const account = newAccount(input, now);
  const domains = [...new Set((input.verifiedDomains ?? []).map((domain) => readDomain(domain)))];
  const seats = readSeats(input.seats ?? []);
  assertDefaultLicense(input.defaultLicenseType, seats);
  // The operator who names a provider answers for its being connected next: nobody could do that before there is an account.
  if (input.enableScim === true) {
    assertScimAllowed({ plan: account.plan, ssoConnected: account.ssoProviderKind !== null });
  }
  await insertAccount(trx, account);
  await Promise.all([
    insertDomains(trx, account.id, domains, now),
    insertScimConfiguration(trx, account, input, now),
    insertSeats(trx, account.id, seats),
  ]);
  await createDefaultGroups(trx, account.id, now);
  const owner =
    input.owner === undefined ? null : await createOwner(trx, actor, account.id, input.owner, now);
  appendAuditEvent(trx, actor, account.id, now, {
    kind: 'account.created',
    target: { kind: 'account' },
    detail: {
      slug: account.slug,
      name: account.name,
      plan: account.plan,
      ssoProviderKind: account.ssoProviderKind,
      verifiedDomains: domains,
      seats: seats.map(({ licenseType, limit }) => ({ licenseType, limit })),
      scimEnabled: input.enableScim ?? false,
      owner,
    },
  });
  return account;
}

function newAccount(input: CreateAccountInput, now: Date): Account {
  assertSlug(input.slug);
  return {
    id: newId(),
    slug: input.slug,
    name: readName(input.name ?? input.slug, 'name'),
    plan: input.plan ?? 'enterprise',
    ssoProviderKind: input.ssoProviderKind === undefined ? 'custom' : input.ssoProviderKind,
    ssoConnected: false,
    createdAt: now,
  };
}

function readSeats(seats: readonly Seats[]): readonly Seats[] {
  for (const { limit } of seats) assertSeatLimit(limit);
  const named = new Set(seats.map(({ licenseType }) => licenseType));
  if (named.size === seats.length) return seats;
  throw new InvalidInputError('Name each license type once in the seats.', 'seats');
}

function assertDefaultLicense(licenseType: LicenseType | undefined, seats: readonly Seats[]): void {
  if (licenseType !== 'analyst' || seats.some((seat) => seat.licenseType === 'analyst')) return;
  throw new RefusedError(
    'license_unavailable',
    'analyst cannot be the default license of an account without analyst seats. Give it seats, or choose another default.',
  );
}

async function insertAccount(trx: Trx, account: Account): Promise<void> {
  try {
    await trx
      .insertInto('accounts')
      .values({
        id: account.id,
        slug: account.slug,
        name: account.name,
        plan: account.plan,
        sso_provider_kind: account.ssoProviderKind,
        created_at: account.createdAt,
      })
      .execute();
  } catch (error) {
    if (!violates(error, 'accounts_slug_key')) throw error;
    throw new ConflictError(
      'slug_taken',
      `There is an account with the slug "${account.slug}" already. Choose another one.`,
      { cause: error },
    );
  }
}

async function insertDomains(
  trx: Trx,
  accountId: string,
  domains: readonly string[],
  now: Date,
): Promise<void> {
  if (domains.length === 0) return;
  await sql`
    insert into account_domains (account_id, domain, verified_at, created_at)
    select ${accountId}::uuid, lower(domain), ${now}, ${now} from unnest(${domains}::text[]) as domain`.execute(
    trx,
  );
}

async function insertScimConfiguration(
  trx: Trx,
  account: Account,
  input: CreateAccountInput,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('scim_configurations')
    .values({
      account_id: account.id,
      enabled: input.enableScim ?? false,
      provider_kind: account.ssoProviderKind,
      user_name_policy: input.userNamePolicy ?? 'email',
      unlicensed_members: input.unlicensedMembers ?? 'hold',
      dialects: input.dialects ?? 'lenient',
      default_license_type: input.defaultLicenseType ?? 'developer',
      updated_at: now,
    })
    .execute();
}

async function insertSeats(trx: Trx, accountId: string, seats: readonly Seats[]): Promise<void> {
  if (seats.length === 0) return;
  const types = seats.map(({ licenseType }) => licenseType);
  const limits = seats.map(({ limit }) => limit);
  await sql`
    insert into license_seats (account_id, license_type, seat_limit)
    select ${accountId}::uuid, s.license_type, s.seat_limit
    from unnest(${types}::text[], ${limits}::integer[]) as s (license_type, seat_limit)`.execute(trx);
}

/** Returns what the account's audit event says of the owner. */
async function createOwner(
  trx: Trx,
  actor: Actor,
  accountId: string,
  owner: Owner,
  now: Date,
): Promise<JsonObject> {
  if (!isAddress(owner.email)) {
    throw new InvalidInputError(`"${owner.email}" is no e-mail address.`, 'owner.email');
  }
  const person = {
    userName: owner.email,
    givenName: readName(owner.givenName, 'owner.givenName'),
    familyName: readName(owner.familyName, 'owner.familyName'),
  };
  const user = await createUnmanagedUser(trx, actor, accountId, person, now);
  const groups = await addToDefaultGroups(trx, actor, accountId, user.id, 'every_default_group', now);
  return { userId: user.id, groups };
}
