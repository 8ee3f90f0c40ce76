import { sql } from 'kysely';
import type { Trx } from '../database/transaction.ts';
import { forgetAnchors } from '../pages/anchors.ts';

/** Blanks what other rows than the person's own tell of them: by their id, and by the addresses that they had. */
export async function eraseTraces(
  trx: Trx,
  accountId: string,
  userId: string,
  addresses: readonly string[],
): Promise<void> {
  await eraseFromEvents(trx, accountId, userId, addresses);
  await eraseFromWhatTheyMade(trx, accountId, userId);
  await eraseFromMails(trx, accountId, userId, addresses);
  await eraseSignIns(trx, accountId, userId);
  await forgetAnchors(trx, accountId);
}

/** What the person was called before, as far as their own events tell. */
export async function earlierAddresses(trx: Trx, accountId: string, userId: string): Promise<string[]> {
  const { rows } = await sql<{ addresses: readonly (string | null)[] }>`
    select jsonb_path_query_array(e.detail, '$.changes.userName.*')
      || jsonb_path_query_array(e.detail, '$.changes.pendingUserName.*')
      || jsonb_path_query_array(e.detail, '$.changes.attributes.emails.*[*].value') as addresses
    from audit_events e
    where e.account_id = ${accountId} and e.target_id = ${userId} and e.detail is not null`.execute(trx);
  return rows.flatMap(({ addresses }) => addresses.filter((address) => address !== null));
}

/** The digests stay, so that a chain over them still verifies; without salt nobody can guess the detail back. */
async function eraseFromEvents(
  trx: Trx,
  accountId: string,
  userId: string,
  addresses: readonly string[],
): Promise<void> {
  await sql`
    update audit_events set detail = null, detail_salt = null
    where account_id = ${accountId} and target_id = ${userId}`.execute(trx);
  // Refused before anybody knew whose they were.
  await sql`
    update audit_events e set detail = null, detail_salt = null
    where e.account_id = ${accountId} and e.target_id is null and e.kind = 'sign_in.refused'
      and lower(e.detail ->> 'address') = any(array(select lower(address) from unnest(${[...addresses]}::text[]) as address))`.execute(
    trx,
  );
  await sql`
    update audit_events set actor_name = null where account_id = ${accountId} and actor_id = ${userId}`.execute(
    trx,
  );
  // A look-up by address has no resource, but its path or body names the person.
  const written = [...new Set(addresses.flatMap((address) => [address, encodeURIComponent(address)]))];
  await sql`
    update provisioning_events e
    set request_body = null, error_detail = null, answer = null, path = split_part(e.path, '?', 1)
    where e.account_id = ${accountId} and (
      e.resource_id = ${userId} or exists (
        select from unnest(${written}::text[]) as address
        where position(lower(address) in lower(e.path)) > 0
          or position(lower(address) in lower(coalesce(e.error_detail, ''))) > 0
          or position(lower(address) in lower(coalesce(e.request_body::text, ''))) > 0
          or position(lower(address) in lower(coalesce(e.answer::text, ''))) > 0
      )
    )`.execute(trx);
}

/** What somebody made tells who it was; the id stays. */
const MADE_BY = [
  ['scim_tokens', 'created_by'],
  ['service_tokens', 'created_by'],
  ['sign_in_links', 'created_by'],
  ['jobs', 'started_by'],
  ['default_group_cleanups', 'planned_by'],
  ['default_group_cleanups', 'started_by'],
  ['default_group_cleanups', 'undone_by'],
] as const;

async function eraseFromWhatTheyMade(trx: Trx, accountId: string, userId: string): Promise<void> {
  await Promise.all(
    MADE_BY.map(([table, column]) => {
      const by = sql.ref(`made.${column}`);
      return sql`
        update ${sql.table(table)} as made set ${sql.ref(column)} = ${by} || '{"name": ""}'
        where made.account_id = ${accountId} and ${by} ->> 'id' = ${userId}`.execute(trx);
    }),
  );
}

/** What was sent to them, and what a mail server answered. */
async function eraseFromMails(
  trx: Trx,
  accountId: string,
  userId: string,
  addresses: readonly string[],
): Promise<void> {
  await Promise.all([
    sql`
      update invitations set address = '' where account_id = ${accountId} and user_id = ${userId}`.execute(
      trx,
    ),
    sql`
      update email_confirmations set address = '' where account_id = ${accountId} and user_id = ${userId}`.execute(
      trx,
    ),
    sql`
      update dead_letters d set error = ''
      where d.account_id = ${accountId} and exists (
        select from unnest(${addresses}::text[]) as address where position(lower(address) in lower(d.error)) > 0
      )`.execute(trx),
  ]);
}

/** Who they were at the provider, and where they came in from. */
async function eraseSignIns(trx: Trx, accountId: string, userId: string): Promise<void> {
  await Promise.all([
    sql`delete from sign_in_bindings b where b.account_id = ${accountId} and b.user_id = ${userId}`.execute(
      trx,
    ),
    sql`delete from sessions s where s.account_id = ${accountId} and s.user_id = ${userId}`.execute(trx),
    sql`delete from sign_in_links l where l.account_id = ${accountId} and l.user_id = ${userId}`.execute(trx),
  ]);
}
