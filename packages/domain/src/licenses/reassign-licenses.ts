import { sql } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { sendWritesNow, type Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { toJson } from '../json.ts';
import { decideLicense, type LicenseDecision } from './decide-license.ts';
import type { LicenseSource, LicenseType } from './license-type.ts';
import { isAvailable } from './seats.ts';

const BATCH = 1000;

/**
 * Decides the license of everybody active anew, after a change of settings or mappings, and returns how many changed.
 * The caller holds the account's exclusive lock (lockAccount), so nobody is created or changed meanwhile. In the order
 * of their creation; who would need a type or a seat that the account does not have by then keeps what they hold: what is
 * held is never taken away for want of a seat.
 */
export async function reassignLicenses(
  trx: Trx,
  actor: Actor,
  accountId: string,
  now: Date,
): Promise<number> {
  const settings = await readAccountSettings(trx, accountId);
  const free = new Map(settings.seatLimits.map((seat) => [seat.licenseType, seat.limit - seat.used]));
  let changed = 0;
  for (let after: string | undefined = undefined; ;) {
    const people: Candidate[] = await lockActive(trx, accountId, after);
    const changes = people.flatMap((person) => changeOf(person, settings, free));
    if (changes.length > 0) await applyChanges(trx, actor, accountId, changes, now);
    changed += changes.length;
    const last = people.at(-1);
    if (last === undefined || people.length < BATCH) break;
    after = last.id;
  }
  await countSeats(trx, accountId);
  return changed;
}

interface Candidate {
  id: string;
  scim_managed: boolean;
  asserted_license_type: LicenseType | null;
  manual_license_type: LicenseType | null;
  sign_in_groups: readonly string[] | null;
  license_type: LicenseType | null;
  license_source: LicenseSource | null;
}

interface LicenseChange {
  person: Candidate;
  decision: LicenseDecision;
}

async function lockActive(trx: Trx, accountId: string, after: string | undefined): Promise<Candidate[]> {
  return trx
    .selectFrom('users')
    .select([
      'id',
      'scim_managed',
      'asserted_license_type',
      'manual_license_type',
      'sign_in_groups',
      'license_type',
      'license_source',
    ])
    .where('account_id', '=', accountId)
    .where('state', '=', 'active')
    .where('local_administrator', '=', false)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(BATCH)
    .forNoKeyUpdate()
    .execute();
}

function changeOf(
  person: Candidate,
  settings: AccountSettings,
  free: Map<LicenseType, number>,
): LicenseChange[] {
  const { license_type: held, license_source: source } = person;
  const decision = decideLicense({
    scimEnabled: settings.scim.enabled,
    manageLicenses: settings.scim.manageLicenses,
    scimManaged: person.scim_managed,
    asserted: person.asserted_license_type,
    mappings: settings.licenseMappings,
    signInGroups: person.sign_in_groups,
    manual: person.manual_license_type,
    held: held === null || source === null ? null : { licenseType: held, source },
    defaultLicenseType: settings.scim.defaultLicenseType,
  });
  if (decision.licenseType === held) return decision.source === source ? [] : [{ person, decision }];
  if (!isAvailable(settings, decision.licenseType)) return [];
  if ((free.get(decision.licenseType) ?? 1) <= 0) return [];
  addFree(free, decision.licenseType, -1);
  if (held !== null) addFree(free, held, 1);
  return [{ person, decision }];
}

function addFree(free: Map<LicenseType, number>, licenseType: LicenseType, seats: 1 | -1): void {
  const before = free.get(licenseType);
  if (before !== undefined) free.set(licenseType, before + seats);
}

async function applyChanges(
  trx: Trx,
  actor: Actor,
  accountId: string,
  changes: readonly LicenseChange[],
  now: Date,
): Promise<void> {
  await sql`
    update users u
    set license_type = c.license_type, license_source = c.license_source, version = u.version + 1, updated_at = ${now}
    from unnest(${changes.map(({ person }) => person.id)}::uuid[],
      ${changes.map(({ decision }) => decision.licenseType)}::text[],
      ${changes.map(({ decision }) => decision.source)}::text[]) as c (id, license_type, license_source)
    where u.account_id = ${accountId} and u.id = c.id`.execute(trx);
  for (const { person, decision } of changes) {
    appendAuditEvent(trx, actor, accountId, now, {
      kind: 'user.license_changed',
      target: { kind: 'user', id: person.id },
      detail: {
        changes: {
          ...(decision.licenseType !== person.license_type && {
            licenseType: { from: person.license_type, to: decision.licenseType },
          }),
          ...(decision.source !== person.license_source && {
            licenseSource: { from: person.license_source, to: decision.source },
          }),
        },
        licenseDecision: toJson(decision),
      },
    });
  }
  // A hundred thousand events must not pile up until the commit.
  await sendWritesNow(trx);
}

async function countSeats(trx: Trx, accountId: string): Promise<void> {
  await sql`
    update license_seats s set seats_used = (
      select count(*) from users u
      where u.account_id = ${accountId} and u.license_type = s.license_type and u.state = 'active'
    )
    where s.account_id = ${accountId}`.execute(trx);
}
