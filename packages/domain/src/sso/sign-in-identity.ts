/** What the account's provider says about the person who signs in. The edge has verified signature, audience and time. */
export interface SignInIdentity {
  issuer: string;
  subject: string;
  /**
   * The subject is nothing but the address, as a SAML name id is: then it means whoever has the address now, and a binding
   * ends where its user has another one.
   */
  subjectIsAddress: boolean;
  /** The claim that holds the address, whatever it holds; null where the token has none. */
  address: string | null;
  /** `email_verified`; undefined where the token says nothing of it. */
  addressVerified: boolean | undefined;
  /** Names or ids as the token has them; null without such a claim. */
  groups: readonly string[] | null;
  /** The token says that the person is in more groups than it can hold. */
  groupsOverflow: boolean;
  givenName: string | null;
  familyName: string | null;
  displayName: string | null;
  /** What may be believed once: the nonce of an ID token, the id of an assertion, and until when it would be valid. */
  assertion: { id: string; expiresAt: Date };
}

/** What a sign-in is worth knowing of the groups claim. */
export type GroupsReading = 'read' | 'absent' | 'too_many';

/** More are no directory's answer but a mistake, and not worth their weight in every row. */
const MOST_GROUPS = 5_000;
const LONGEST_GROUP = 500;

export function groupsReading({ groups, groupsOverflow }: SignInIdentity): GroupsReading {
  if (groupsOverflow || (groups !== null && groups.length > MOST_GROUPS)) return 'too_many';
  return groups === null ? 'absent' : 'read';
}

/** The groups that this sign-in may act on; null leaves groups and license as they are. */
export function groupsToApply(identity: SignInIdentity): readonly string[] | null {
  if (groupsReading(identity) !== 'read' || identity.groups === null) return null;
  return [...new Set(identity.groups.filter(canBeMapped))].toSorted();
}

// What no mapping can name needs no place in the person's row.
function canBeMapped(group: string): boolean {
  return group.trim() !== '' && group.length <= LONGEST_GROUP && !/\p{Cc}|\p{Cs}/u.test(group);
}

const LONGEST_SUBJECT = 1_000;

/** Whether the subject can be kept and found again (OpenID Connect Core 2 allows 255 ASCII characters, SAML 256). */
export function hasUsableSubject({ subject }: SignInIdentity): boolean {
  return subject !== '' && subject.length <= LONGEST_SUBJECT && !/\p{Cc}|\p{Cs}/u.test(subject);
}
