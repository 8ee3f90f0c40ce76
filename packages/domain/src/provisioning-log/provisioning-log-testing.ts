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

function failTest(error: unknown): void {
  throw error;
}
