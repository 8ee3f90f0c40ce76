import { sql } from 'kysely';
import type { Database } from '../database/connection.ts';
import { newId } from '../ids.ts';
import { openProvisioningLog } from './provisioning-log.ts';
import type { ProvisioningEventInput } from './provisioning-event.ts';

/** A creation that went well, told to the log, with what the test cares about. */
export function provisioningEvent(
  accountId: string,
  changes: Partial<ProvisioningEventInput> = {},
): ProvisioningEventInput {
  return {
    id: newId(),
    accountId,
    at: new Date(),
    tokenId: newId(),
    address: '192.0.2.1',
    userAgent: 'Okta SCIM Client 1.0.0',
    method: 'POST',
    path: '/scim/v2/an-account/Users',
    status: 201,
    durationMs: 12.5,
    resourceType: 'User',
    resourceId: newId(),
    scimType: null,
    errorDetail: null,
    leniencies: [],
    preconditions: null,
    requestBody: { userName: 'anna@acme.example' },
    answer: null,
    ...changes,
  };
}

/** Writes events as a gateway does. */
export async function recordEvents(db: Database, events: readonly ProvisioningEventInput[]): Promise<void> {
  await using log = openProvisioningLog(db, { onError: failTest });
  for (const event of events) log.record(event);
  await log.flush();
}

/** Many events at once, of requests that came a millisecond apart, each with a text of that length as its body. */
export async function loadEvents(
  db: Database,
  accountId: string,
  { amount, bodyLength }: { amount: number; bodyLength: number },
): Promise<void> {
  const first = Date.now() - amount;
  await sql`
    insert into provisioning_events (account_id, id, at, token_id, address, method, path, status, duration_ms, request_body)
    select ${accountId}::uuid, (lpad(to_hex(${first}::bigint + n), 12, '0') || '70008000000000000000')::uuid,
      to_timestamp((${first}::bigint + n) / 1000.0), ${newId()}::uuid, '192.0.2.1', 'PATCH', '/scim/v2/a/Users/' || n, 200, 5,
      to_jsonb(repeat('x', ${bodyLength}::integer))
    from generate_series(1, ${amount}::integer) as n`.execute(db);
}

function failTest(error: unknown): void {
  throw error;
}
