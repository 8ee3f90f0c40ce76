import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import type { AuditEventInput } from '@rollcall/domain/events/audit-event';
import { DomainError, RefusedError } from '@rollcall/domain/errors';
import { invalidValue, notFound, ScimError, tooMany, uniqueness } from '@rollcall/scim-protocol/errors';

export interface ErrorAnswer {
  readonly error: ScimError;
  /** Nobody expected it: the fault is ours, and it is logged. */
  readonly isOurs: boolean;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** For administrators to see, although the request was refused. */
  readonly alert?: AuditEventInput;
}

/** Okta honours whole seconds alone. */
const RETRY_AFTER_SECONDS = 5;

/** What a client is told about anything that was thrown (RFC 7644 3.12). What nobody foresaw is a 500 that tells nothing. */
export function errorAnswer(error: unknown, bodyLimit: number): ErrorAnswer {
  if (error instanceof ScimError) return { error, isOurs: false };
  if (error instanceof DomainError) return refusedByDomain(error);
  const fault = clientFault(error, bodyLimit);
  if (fault !== undefined) return { error: fault, isOurs: false };
  if (isDatabaseUnavailable(error)) {
    const detail =
      'The service cannot reach its database at the moment. Send the request again in a few seconds.';
    return { error: new ScimError(503, undefined, detail), isOurs: true, retryAfter: RETRY_AFTER_SECONDS };
  }
  return {
    error: new ScimError(
      500,
      undefined,
      'Something went wrong on the server. Send the request again; if it fails again, name its x-request-id to the operator.',
    ),
    isOurs: true,
  };
}

function refusedByDomain(error: DomainError): ErrorAnswer {
  const alert = error.alert === undefined ? {} : { alert: error.alert };
  return { ...verdictOn(error), isOurs: false, ...alert };
}

function verdictOn(error: DomainError): { error: ScimError; retryAfter?: number } {
  switch (error.code) {
    case 'not_found':
      return { error: notFound(error.message) };
    case 'conflict':
      return { error: uniqueness(error.message) };
    case 'version_mismatch':
      return { error: preconditionFailed(error.message) };
    case 'invalid_input':
      return { error: invalidValue(error.message) };
    case 'refused':
      return { error: refusal(error) };
    case 'forbidden':
      return { error: new ScimError(403, undefined, error.message) };
    case 'plan_changed':
      return { error: new ScimError(409, undefined, error.message) };
    case 'too_costly':
      return { error: tooMany(error.message) };
    case 'busy':
      return { error: new ScimError(503, undefined, error.message), retryAfter: RETRY_AFTER_SECONDS };
  }
}

// RFC 7644 3.14: what was read is out of date, so the change has to be thought over.
function preconditionFailed(reason: string): ScimError {
  return new ScimError(
    412,
    undefined,
    `The resource is not as If-Match, If-None-Match or the version of a bulk operation asks. ${reason} Read it again and, if the change is still wanted, repeat it with the new ETag.`,
  );
}

// A license that cannot be given is a matter of the value that was sent; the other rules are about the account's state.
function refusal(error: DomainError): ScimError {
  if (!(error instanceof RefusedError)) return new ScimError(409, undefined, error.message);
  switch (error.reason) {
    case 'no_free_seat':
    case 'license_unavailable':
      return invalidValue(error.message);
    case 'scim_disabled':
      return new ScimError(403, undefined, error.message);
    case 'last_account_admin':
    case 'default_group':
    case 'manual_updates_locked':
    case 'license_decided_elsewhere':
    case 'needs_no_license':
    case 'plan_too_small':
    case 'sso_not_connected':
    case 'secret_unreadable':
    case 'user_not_active':
    case 'sign_in_link_spent':
    case 'token_not_in_force':
    case 'domain_not_verified':
    case 'not_a_tombstone':
    case 'is_a_tombstone':
    case 'no_invitation':
    case 'too_many_schemas':
    case 'schema_change_impossible':
    case 'schema_has_values':
    case 'cleanup_running':
    case 'cleanup_over':
    case 'not_applied':
    case 'undo_expired':
    case 'group_not_empty':
    case 'locks_out_caller':
    case 'ip_range_conflict':
      return new ScimError(409, undefined, error.message);
  }
}

/** Fastify's own refusals, in words that help. */
function clientFault(error: unknown, bodyLimit: number): ScimError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode, code } = error;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ScimError(
      413,
      undefined,
      `The request body is larger than the ${bodyLimit} bytes that are read here. Send fewer values at a time.`,
    );
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ScimError(415, undefined, 'The body must be application/scim+json or application/json.');
  }
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return new ScimError(
    statusCode,
    statusCode === 400 ? 'invalidSyntax' : undefined,
    'The request did not arrive whole, or is not valid HTTP.',
  );
}
