import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { AccountSettings } from '../accounts/account-settings.ts';
import type { DB } from '../database/schema.generated.ts';
import { addMoves } from '../licenses/license-moves.ts';
import type { LicenseChange } from '../licenses/license-plan.ts';
import { type LicensePreview } from '../licenses/license-preview.ts';
import { LICENSE_TYPES, type LicenseType } from '../licenses/license-type.ts';
import { isAvailable } from '../licenses/seats.ts';
import { domainOf } from '../users/email-addresses.ts';
import { decideFor } from '../users/license-user.ts';
import { addressOf } from '../users/plan-address.ts';
import type { StoredUser, User } from '../users/user.ts';
import { mapUser, USER_COLUMNS, type UserRow } from '../users/users.repository.ts';

/** Somebody invited, as they would be if the domain of their address were proof enough. */
export interface Activation {
  current: User;
  next: StoredUser;
  change: LicenseChange;
}

/**
 * What activating the people would come to, in the order of their creation: each gets the license that the rules decide, and who
 * finds no seat of it stays invited.
 */
export function planActivations(
  settings: AccountSettings,
  people: readonly User[],
  now: Date,
): readonly Activation[] {
  const free = new Map(settings.seatLimits.map((seat) => [seat.licenseType, seat.limit - seat.used]));
  return people.map((current) => {
    const address = addressOf(settings, current) ?? null;
    const active = { ...current, state: 'active', activatedAt: now, signInEmail: address } as const;
    const decision = decideFor(active, settings);
    const { licenseType, source } = decision;
    const isFree = isAvailable(settings, licenseType) && (free.get(licenseType) ?? 1) > 0;
    if (isFree) take(free, licenseType);
    const { id, userName, version } = current;
    return {
      current,
      next: isFree ? { ...active, licenseType, licenseSource: source } : current,
      change: {
        person: { id, userName, version },
        // A license that they had before they were invited again counts for nothing while they are.
        from: null,
        to: { licenseType, source },
        decision,
        keptForWantOfSeat: !isFree,
      },
    };
  });
}

function take(free: Map<LicenseType, number>, licenseType: LicenseType): void {
  const before = free.get(licenseType);
  if (before !== undefined) free.set(licenseType, before - 1);
}

/** Everybody who is invited at an address of the domain: how many, and the first of them in the order of their creation. */
export async function selectInvitedIn(
  db: Kysely<DB>,
  settings: AccountSettings,
  domain: string,
): Promise<{ count: number; people: readonly User[] }> {
  const { accountId } = settings;
  const people: User[] = [];
  let count = 0;
  for (let after: string | null = null; ;) {
    const { rows }: { rows: UserRow[] } = await sql<UserRow>`
      select ${USER_COLUMNS} from users u
      where u.account_id = ${accountId} and u.state = 'invited' and not u.local_administrator
        and ${hasAddressIn(domain)} and (${after}::uuid is null or u.id > ${after}::uuid)
      order by u.id limit ${PAGE}`.execute(db);
    const invited = rows.map(mapUser).filter((user) => domainOf(addressOf(settings, user) ?? '') === domain);
    people.push(...invited.slice(0, MOST_ACTIVATED - people.length));
    count += invited.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return { count, people };
    after = last.id;
  }
}

/** How many people are activated at a time: a second or two, in which writes of the account wait. */
export const MOST_ACTIVATED = 500;
const PAGE = 500;

/** The condition on `users u` that one of their addresses, the user name included, is in the domain. */
export function hasAddressIn(domain: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from unnest(u.email_keys || u.user_name_lower) as key
    where right(key, length(${`@${domain}`})) = ${`@${domain}`})`;
}

/** The same as a preview of licenses. */
export function licensesOf(settings: AccountSettings, activations: readonly Activation[]): LicensePreview {
  const changes = activations.map(({ change }) => change);
  const taken = new Map<LicenseType, number>();
  for (const { to, keptForWantOfSeat } of changes) {
    if (!keptForWantOfSeat) taken.set(to.licenseType, (taken.get(to.licenseType) ?? 0) + 1);
  }
  return {
    changes,
    moves: addMoves([], changes),
    seats: LICENSE_TYPES.flatMap((licenseType) => {
      const seats = settings.seatLimits.find((each) => each.licenseType === licenseType);
      if (seats === undefined) return [];
      const usedAfter = seats.used + (taken.get(licenseType) ?? 0);
      return [{ licenseType, limit: seats.limit, usedBefore: seats.used, usedAfter }];
    }),
  };
}
