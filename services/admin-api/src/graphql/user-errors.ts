import type { ConflictReason, DomainError, RefusalReason } from '@rollcall/domain/errors';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  PlanChangedError,
  RefusedError,
} from '@rollcall/domain/errors';
import type { JsonObject } from '@rollcall/domain/json';

/** A refusal that the caller can act on: shown as a type of its own in the mutation's result, never masked. */
export abstract class UserError extends Error {
  /** Stable, for programs. */
  abstract readonly code: string;
}

/** The request is not well formed: each fault with the path of the field in the input. */
export class InvalidInput extends UserError {
  readonly code = 'INVALID_INPUT';
  readonly fields: readonly { path: string; message: string }[];

  constructor(message: string, fields: readonly { path: string; message: string }[]) {
    super(message);
    this.fields = fields;
  }
}

/** There is no such thing in this account; also the answer for what another account has. */
export class NotFound extends UserError {
  readonly code = 'NOT_FOUND';
}

/** The caller lacks a right, whatever the state of the account. */
export class Forbidden extends UserError {
  readonly code = 'FORBIDDEN';
  readonly right: string | null;

  constructor(message: string, right: string | null = null) {
    super(message);
    this.right = right;
  }
}

/** Something else has the name, or the key was used before. */
export class Conflict extends UserError {
  readonly code = 'CONFLICT';
  readonly reason: Uppercase<ConflictReason>;

  constructor(message: string, reason: Uppercase<ConflictReason>) {
    super(message);
    this.reason = reason;
  }
}

/** Somebody else changed it since `expectedVersion` was read. */
export class VersionMismatch extends UserError {
  readonly code = 'VERSION_MISMATCH';
}

/** A setting of the account keeps administrators from changing what the identity provider manages. */
export class ManualUpdatesLocked extends UserError {
  readonly code = 'MANUAL_UPDATES_LOCKED';
  readonly setting: string;

  constructor(message: string, setting: string) {
    super(message);
    this.setting = setting;
  }
}

/** The change would leave the account without an active account administrator. */
export class LastAccountAdmin extends UserError {
  readonly code = 'LAST_ACCOUNT_ADMIN';
}

/** All seats of the license type are in use. */
export class NoFreeSeat extends UserError {
  readonly code = 'NO_FREE_SEAT';
  readonly licenseType: string;
  readonly used: number;
  readonly limit: number;

  constructor(message: string, seats: { licenseType: string; used: number; limit: number }) {
    super(message);
    this.licenseType = seats.licenseType;
    this.used = seats.used;
    this.limit = seats.limit;
  }
}

/** Something that stands before an administrator's choice decides the license. */
export class LicenseDecidedElsewhere extends UserError {
  readonly code = 'LICENSE_DECIDED_ELSEWHERE';
  readonly rule: string;

  constructor(message: string, rule: string) {
    super(message);
    this.rule = rule;
  }
}

/** What the preview showed is no longer what would happen; nothing was done. */
export class PlanChanged extends UserError {
  readonly code = 'PLAN_CHANGED';
  readonly differences: readonly string[];

  constructor(message: string, differences: readonly string[]) {
    super(message);
    this.differences = differences;
  }
}

/** A rule of the product stands in the way, as the account is now. */
export class Refused extends UserError {
  readonly code = 'REFUSED';
  readonly reason: Uppercase<RefusalReason>;

  constructor(message: string, reason: Uppercase<RefusalReason>) {
    super(message);
    this.reason = reason;
  }
}

/** Nothing is wrong with the request: send it again in a few seconds. */
export class Busy extends UserError {
  readonly code = 'BUSY';
}

/** What was recorded of a request is not enough to send it again. */
export class NotReplayable extends UserError {
  readonly code = 'NOT_REPLAYABLE';
}

/** Nobody is there who could replay a request: the operator has something to set or to start. */
export class ReplayUnavailable extends UserError {
  readonly code = 'REPLAY_UNAVAILABLE';
}

/** What the API shows of a failure that the domain expects. */
export function asUserError(error: DomainError): UserError {
  switch (error.code) {
    case 'not_found':
      return new NotFound(error.message);
    case 'conflict':
      return error instanceof ConflictError
        ? new Conflict(error.message, upperCase(error.reason))
        : new Busy(error.message);
    case 'version_mismatch':
      return new VersionMismatch(error.message);
    case 'invalid_input':
      return invalidInput(error);
    case 'forbidden':
      return new Forbidden(error.message, error instanceof ForbiddenError ? (error.right ?? null) : null);
    case 'plan_changed':
      return new PlanChanged(error.message, error instanceof PlanChangedError ? error.differences : []);
    case 'refused':
      return refusal(error);
    case 'too_costly':
    case 'busy':
      return new Busy(error.message);
  }
}

function invalidInput(error: DomainError): InvalidInput {
  const path = error instanceof InvalidInputError ? error.path : undefined;
  const at = path === undefined ? 'input' : `input.${path}`;
  return new InvalidInput(error.message, [{ path: at, message: error.message }]);
}

function refusal(error: DomainError): UserError {
  if (!(error instanceof RefusedError)) return new Busy(error.message);
  const { message, reason, facts } = error;
  if (reason === 'manual_updates_locked') {
    return new ManualUpdatesLocked(message, text(facts, 'setting', 'allowManualUpdates'));
  }
  if (reason === 'last_account_admin') return new LastAccountAdmin(message);
  if (reason === 'license_decided_elsewhere') {
    return new LicenseDecidedElsewhere(message, text(facts, 'rule', 'unknown'));
  }
  if (reason === 'no_free_seat') {
    return new NoFreeSeat(message, {
      licenseType: text(facts, 'licenseType', 'developer'),
      used: number(facts, 'used'),
      limit: number(facts, 'limit'),
    });
  }
  return new Refused(message, upperCase(reason));
}

function text(facts: JsonObject, name: string, fallback: string): string {
  const value = facts[name];
  return typeof value === 'string' ? value : fallback;
}

function number(facts: JsonObject, name: string): number {
  const value = facts[name];
  return typeof value === 'number' ? value : 0;
}

function upperCase<Name extends string>(name: Name): Uppercase<Name> {
  const upper: string = name.toUpperCase();
  return isUpperCaseOf(upper, name) ? upper : unreachable(name);
}

function isUpperCaseOf<Name extends string>(upper: string, name: Name): upper is Uppercase<Name> {
  return upper === name.toUpperCase();
}

function unreachable(name: string): never {
  throw new Error(`${name} has no upper case.`);
}
