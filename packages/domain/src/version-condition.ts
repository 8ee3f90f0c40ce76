import { VersionMismatchError } from './errors.ts';

/** What a write asks of the version that it meets, so that it undoes nobody else's change. */
export interface VersionCondition {
  /** It has to be one of these. Missing: any will do. */
  readonly oneOf?: readonly number[] | undefined;
  /** It must be none of these; `any` asks that nothing is there at all. */
  readonly noneOf?: readonly number[] | 'any' | undefined;
}

export function asksForVersion(condition: VersionCondition | undefined): boolean {
  return condition?.oneOf !== undefined || condition?.noneOf !== undefined;
}

/**
 * Judged under the lock of the row, so that of several writes that ask for one version the first alone meets it. Throws
 * VersionMismatchError.
 */
export function assertVersion(version: number, { oneOf, noneOf }: VersionCondition = {}): void {
  if (oneOf !== undefined && !oneOf.includes(version)) {
    throw new VersionMismatchError(
      `It is at version ${version}, which is not one that the request asks for.`,
    );
  }
  if (noneOf === 'any') {
    throw new VersionMismatchError('It is there already, and the request asks that it is not.');
  }
  if (noneOf?.includes(version) === true) {
    throw new VersionMismatchError(`It is at version ${version}, and the request asks for any other.`);
  }
}
