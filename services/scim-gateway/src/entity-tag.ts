import { hash } from 'node:crypto';
import type { Group } from '@rollcall/domain/groups/group';
import type { User } from '@rollcall/domain/users/user';

/** The tag of a group, members included: each change of them is a version. Weak, as all tags here (RFC 9110 8.8.1). */
export function groupTag({ version }: Pick<Group, 'version'>): string {
  return `W/"${version}"`;
}

/**
 * The tag of a user, which `meta.version` repeats (RFC 7643 3.1). Memberships come and go without a write to the user, so
 * a digest of the groups that the answer shows stands behind the user's own version; nothing where it shows none.
 */
export function userTag({ version, groups }: Pick<User, 'version' | 'groups'>): string {
  if (groups.length === 0) return `W/"${version}"`;
  const shown = JSON.stringify(groups.map(({ id, displayName }) => [id, displayName]));
  return `W/"${version}-${hash('sha256', shown, 'hex').slice(0, DIGEST_LENGTH)}"`;
}

const DIGEST_LENGTH = 12;

/** The resource's own version in a tag, as a client sent it; undefined for a tag that no resource here ever has. */
export function versionIn(tag: string): number | undefined {
  const version = /^([1-9]\d*)(?:-[0-9a-f]+)?$/.exec(opaqueTag(tag))?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Weak comparison (RFC 9110 8.8.3.2): two tags are the same whichever of them is marked as weak. */
export function isSameTag(one: string, other: string): boolean {
  return opaqueTag(one) === opaqueTag(other);
}

/** The tags of an `If-Match` or `If-None-Match` header; undefined for what RFC 9110 8.8.3 and 13.1 do not allow. */
export function parseTags(header: string): readonly string[] | '*' | undefined {
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  let isSeparated = true;
  const token = /[ \t]+|,|(?:W\/)?"[\x21\x23-\x7E\x80-\xFF]*"/y;
  while (token.lastIndex < header.length) {
    const text = token.exec(header)?.[0];
    if (text === undefined) return undefined;
    // Lists may have empty elements (RFC 9110 5.6.1.2).
    if (text === ',') isSeparated = true;
    else if (text.endsWith('"')) {
      if (!isSeparated) return undefined;
      tags.push(text);
      isSeparated = false;
    }
  }
  return tags.length === 0 ? undefined : tags;
}

function opaqueTag(tag: string): string {
  return tag.slice(tag.indexOf('"') + 1, -1);
}
