import type { Right } from './admins/rights.ts';
import type { RefusalAlert } from './events/audit-event.ts';
import type { JsonObject } from './json.ts';

export type DomainErrorCode =
  | 'not_found'
  | 'conflict'
  | 'version_mismatch'
  | 'invalid_input'
  | 'refused'
  | 'forbidden'
  | 'plan_changed'
  | 'too_costly'
  | 'busy';

/** What a conflict is about; edges choose their wire codes by it. */
export type ConflictReason =
  | 'user_name_taken'
  | 'display_name_taken'
  | 'reserved_group_name'
  | 'slug_taken'
  | 'schema_urn_taken'
  | 'idempotency_key_reused';

/** Which rule of the product refused a request that was well formed. */
export type RefusalReason =
  | 'scim_disabled'
  | 'manual_updates_locked'
  | 'last_account_admin'
  | 'default_group'
  | 'cleanup_running'
  | 'cleanup_over'
  | 'not_applied'
  | 'undo_expired'
  | 'group_not_empty'
  | 'license_unavailable'
  | 'no_free_seat'
  | 'license_decided_elsewhere'
  | 'needs_no_license'
  | 'plan_too_small'
  | 'sso_not_connected'
  | 'secret_unreadable'
  | 'user_not_active'
  | 'sign_in_link_spent'
  | 'token_not_in_force'
  | 'domain_not_verified'
  | 'not_a_tombstone'
  | 'is_a_tombstone'
  | 'no_invitation'
  | 'too_many_schemas'
  | 'schema_change_impossible'
  | 'schema_has_values'
  | 'locks_out_caller'
  | 'ip_range_conflict';

interface DomainErrorOptions {
  cause?: unknown;
  /** Written in a transaction of its own after the refused one was rolled back. */
  alert?: RefusalAlert;
}

/** An expected failure. Thrown, never returned: throwing rolls the transaction back. */
export abstract class DomainError extends Error {
  abstract readonly code: DomainErrorCode;
  readonly alert: RefusalAlert | undefined;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.alert = options.alert;
  }
}

/** Also the answer for what exists in another account: a stranger learns nothing. */
export class NotFoundError extends DomainError {
  readonly code = 'not_found';
}

export class ConflictError extends DomainError {
  readonly code = 'conflict';
  readonly reason: ConflictReason;

  constructor(reason: ConflictReason, message: string, options?: DomainErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The resource is not at the version that the request is meant for: somebody else changed it. */
export class VersionMismatchError extends DomainError {
  readonly code = 'version_mismatch';
}

export class InvalidInputError extends DomainError {
  readonly code = 'invalid_input';
  /** The attribute or argument at fault, where there is one. */
  readonly path: string | undefined;

  constructor(message: string, path?: string, options?: DomainErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

export class RefusedError extends DomainError {
  readonly code = 'refused';
  readonly reason: RefusalReason;
  /** What the refusal is about, by name, for a client that does not read the message: the setting, the license type. */
  readonly facts: JsonObject;

  constructor(
    reason: RefusalReason,
    message: string,
    { facts = {}, ...options }: DomainErrorOptions & { facts?: JsonObject } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.facts = facts;
  }
}

/** The caller may not do that, whatever the state of the account. */
export class ForbiddenError extends DomainError {
  readonly code = 'forbidden';
  /** The right that would be needed, where one alone would do. */
  readonly right: Right | undefined;

  constructor(message: string, right?: Right, options?: DomainErrorOptions) {
    super(message, options);
    this.right = right;
  }
}

/** What a preview showed is no longer what would happen. */
export class PlanChangedError extends DomainError {
  readonly code = 'plan_changed';
  /** What is different now, a sentence each. */
  readonly differences: readonly string[];

  constructor(message: string, differences: readonly string[], options?: DomainErrorOptions) {
    super(message, options);
    this.differences = differences;
  }
}

/** A search was stopped, since it took longer than a client would wait. */
export class TooCostlyError extends DomainError {
  readonly code = 'too_costly';
}

/** Nothing is wrong with the request; it may be sent again. */
export class BusyError extends DomainError {
  readonly code = 'busy';

  constructor(options?: DomainErrorOptions, otherWork = 'other changes') {
    super(`The account is busy with ${otherWork}. Send the request again in a few seconds.`, options);
  }
}

/** The request was read by schemas of the account that are no longer in force; read again, it may well be done. */
export class SettingsChangedError extends DomainError {
  readonly code = 'busy';

  constructor() {
    super("The account's schemas changed while the request was read. Send it again.");
  }
}
