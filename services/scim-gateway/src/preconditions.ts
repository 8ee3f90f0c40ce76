import { assertVersion, type VersionCondition } from '@rollcall/domain/version-condition';
import { invalidSyntax } from '@rollcall/scim-protocol/errors';
import { isSameTag, parseTags, versionIn } from './entity-tag.ts';

/** The conditions of a request for one resource, as they were sent (RFC 7644 3.14, RFC 9110 13.1). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * What a write asks of the version that it meets. Only the resource's own version counts: a user who joined a group since
 * was not changed. Throws `invalidSyntax` for a header that cannot be read: a write must not go on as if nothing was asked.
 */
export function versionCondition({ ifMatch, ifNoneMatch }: Preconditions): VersionCondition {
  const wanted = tagsIn('If-Match', ifMatch);
  const unwanted = tagsIn('If-None-Match', ifNoneMatch);
  return {
    oneOf: wanted === '*' ? undefined : wanted?.flatMap(versions),
    noneOf: unwanted === '*' ? 'any' : unwanted?.flatMap(versions),
  };
}

/**
 * Whether the client has what a read would show, so that 304 is enough (RFC 9110 13.2.2). `showsAll` is false where the
 * answer leaves the groups of a user out: their part of a tag then says nothing. Throws VersionMismatchError where
 * If-Match does not hold, `invalidSyntax` for a header that cannot be read.
 */
export function isUnmodified(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: { readonly tag: string; readonly version: number; readonly showsAll: boolean },
): boolean {
  assertVersion(current.version, { oneOf: versionCondition({ ifMatch, ifNoneMatch: undefined }).oneOf });
  const known = tagsIn('If-None-Match', ifNoneMatch);
  if (known === undefined) return false;
  if (known === '*') return true;
  return known.some((tag) =>
    current.showsAll ? isSameTag(tag, current.tag) : versionIn(tag) === current.version,
  );
}

function tagsIn(name: string, header: string | undefined): readonly string[] | '*' | undefined {
  if (header === undefined) return undefined;
  const tags = parseTags(header);
  if (tags === undefined) {
    throw invalidSyntax(
      `${name} must be "*" or a list of entity tags in quotation marks, as the ETag header gives them, such as W/"7".`,
    );
  }
  return tags;
}

function versions(tag: string): readonly number[] {
  const version = versionIn(tag);
  return version === undefined ? [] : [version];
}
