/** The detail error keywords of RFC 7644 3.12, table 9, and of RFC 9865 2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** A refusal that the SCIM client is meant to read: `detail` says what is wrong, where, and what to send instead. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;

  constructor(status: number, scimType: ScimType | undefined, detail: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
    this.detail = detail;
  }
}

export function invalidFilter(detail: string): ScimError {
  return new ScimError(400, 'invalidFilter', detail);
}

export function invalidPath(detail: string): ScimError {
  return new ScimError(400, 'invalidPath', detail);
}

export function invalidValue(detail: string): ScimError {
  return new ScimError(400, 'invalidValue', detail);
}

export function invalidSyntax(detail: string): ScimError {
  return new ScimError(400, 'invalidSyntax', detail);
}

export function noTarget(detail: string): ScimError {
  return new ScimError(400, 'noTarget', detail);
}

export function mutability(detail: string): ScimError {
  return new ScimError(400, 'mutability', detail);
}

export function tooMany(detail: string): ScimError {
  return new ScimError(400, 'tooMany', detail);
}

export function invalidCursor(detail: string): ScimError {
  return new ScimError(400, 'invalidCursor', detail);
}

export function expiredCursor(detail: string): ScimError {
  return new ScimError(400, 'expiredCursor', detail);
}

export function invalidCount(detail: string): ScimError {
  return new ScimError(400, 'invalidCount', detail);
}

export function uniqueness(detail: string): ScimError {
  return new ScimError(409, 'uniqueness', detail);
}

export function notFound(detail: string): ScimError {
  return new ScimError(404, undefined, detail);
}

export interface ScimErrorBody {
  readonly schemas: readonly ['urn:ietf:params:scim:api:messages:2.0:Error'];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** The error message of RFC 7644 3.12, in which `status` is a JSON string. */
export function scimErrorBody(status: number, scimType: ScimType | undefined, detail: string): ScimErrorBody {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  };
}
