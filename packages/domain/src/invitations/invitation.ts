export type InvitationOutcome = 'accepted' | 'revoked' | 'replaced' | 'expired';

/** A mail by which somebody joins the account; at most one of a person is living. */
export interface Invitation {
  id: string;
  userId: string;
  address: string;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  outcome: InvitationOutcome | null;
}
