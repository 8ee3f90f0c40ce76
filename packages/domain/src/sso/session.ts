const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How somebody came in: by the account's provider, or by a sign-in link, which the account's IP rules let pass. */
export type SessionKind = 'sso' | 'link';

export type SessionEndReason =
  | 'signed_out'
  | 'revoked'
  | 'deactivated'
  | 'deleted'
  | 'revived'
  | 'sign_in_forgotten'
  | 'issuer_changed';

/** As lists show it. */
export interface Session {
  id: string;
  userId: string;
  kind: SessionKind;
  createdAt: Date;
  expiresAt: Date;
  /** To the minute. */
  lastSeenAt: Date;
  address: string;
  userAgent: string | null;
}

/** Whatever is done meanwhile, a session ends then. */
export const LIFETIME_MS: Record<SessionKind, number> = { sso: 7 * 24 * HOUR_MS, link: HOUR_MS };

/** A session that is not used ends before that. */
export const IDLE_MS = 12 * HOUR_MS;

/** `lastSeenAt` is written at most so often. */
export const SEEN_INTERVAL_MS = MINUTE_MS;

/** Where a sign-in, or a request of a session, comes from. */
export interface SignInOrigin {
  address: string;
  userAgent: string | null;
  /** Sealed; what some providers want to see when somebody signs out there. */
  idToken?: Uint8Array | undefined;
}
