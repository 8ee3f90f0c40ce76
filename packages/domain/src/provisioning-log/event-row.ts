import { isId } from '../ids.ts';
import type { Preconditions, ProvisioningEventInput } from './provisioning-event.ts';
import { redactBody, redactText } from './redact.ts';

const LONGEST_PATH = 2_000;
const LONGEST_WORDS = 2_000;
const LONGEST_NAME = 500;

/** The event as a row of the table, in JSON: without secrets, and nothing in it that PostgreSQL would refuse. */
export function eventRow(event: ProvisioningEventInput): string {
  return JSON.stringify({
    account_id: event.accountId,
    id: event.id,
    at: event.at.toISOString(),
    token_id: event.tokenId,
    address: redactText(event.address, LONGEST_NAME),
    user_agent: redacted(event.userAgent, LONGEST_NAME),
    method: redactText(event.method, LONGEST_NAME),
    path: redactText(event.path, LONGEST_PATH),
    status: event.status,
    duration_ms: Math.max(0, event.durationMs),
    resource_type: redacted(event.resourceType, LONGEST_NAME),
    resource_id: event.resourceId !== null && isId(event.resourceId) ? event.resourceId : null,
    scim_type: redacted(event.scimType, LONGEST_NAME),
    error_detail: redacted(event.errorDetail, LONGEST_WORDS),
    leniencies: event.leniencies.map(({ code, text }) => ({
      code: redactText(code, LONGEST_NAME),
      text: redactText(text, LONGEST_WORDS),
    })),
    preconditions: event.preconditions && redactedConditions(event.preconditions),
    request_body: event.requestBody === undefined ? null : redactBody(event.requestBody),
    answer: event.answer && redactBody(event.answer),
  });
}

function redactedConditions({ ifMatch, ifNoneMatch }: Preconditions): Preconditions {
  return {
    ...(ifMatch !== undefined && { ifMatch: redactText(ifMatch, LONGEST_NAME) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: redactText(ifNoneMatch, LONGEST_NAME) }),
  };
}

function redacted(text: string | null, longest: number): string | null {
  return text === null ? null : redactText(text, longest);
}
