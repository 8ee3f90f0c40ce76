import type { JsonObject } from '../json.ts';
import type { OpenedSession } from './sessions.repository.ts';

/** Why somebody whom the provider vouched for does not come in. */
export type SignInRefusal =
  | 'provider_changed'
  | 'shared_issuer'
  | 'address_refused'
  | 'replayed'
  | 'no_subject'
  | 'no_address'
  | 'address_unverified'
  | 'address_ambiguous'
  | 'address_pending'
  | 'address_not_confirmed'
  | 'bound_to_another'
  | 'deactivated'
  | 'deleted'
  | 'local_administrator'
  | 'not_provisioned'
  | 'no_free_license';

export interface SignedInOutcome {
  kind: 'signed_in';
  session: OpenedSession;
  userId: string;
  userName: string;
  isNew: boolean;
  /** The license that their groups lead to and that has no free seat: what they had was kept. */
  noSeat: JsonObject | null;
  /** The same in words for the person. */
  notice: string | null;
}

/** The person has to accept their invitation first. */
export interface InvitedOutcome {
  kind: 'invited';
  userId: string;
  userName: string;
  /** Where the invitation was sent. */
  address: string;
  /** In words for the person. */
  message: string;
}

export interface RefusedOutcome {
  kind: 'refused';
  reason: SignInRefusal;
  /** In words for the person. */
  message: string;
  /** The user whom the sign-in was about, where there is one. */
  userId: string | null;
  /** An administrator should look at it. */
  alert: boolean;
}

export type SignInOutcome = SignedInOutcome | InvitedOutcome | RefusedOutcome;

const ASK = 'Ask an administrator of the account';

const MESSAGES: Record<SignInRefusal, string> = {
  provider_changed: "The account's sign-on provider was changed meanwhile. Sign in again.",
  shared_issuer: `This provider serves the people of many organisations, so it cannot say who you are here. ${ASK} to name the issuer of your own organisation.`,
  address_refused: `You come from an address that the IP rules of the account do not allow. Use an address that they allow, or have an administrator allow yours. Where nobody can, the operator makes a way in with "rollcall account sign-in-link".`,
  replayed: 'This sign-in was used already. Sign in again.',
  no_subject: `Your provider sent nothing by which you could be known again. ${ASK} to correct that at the provider.`,
  no_address: `Your provider sent no e-mail address, or none that can be one, and people are known by it here. ${ASK} to have the provider send it.`,
  address_unverified: `Your provider says that it has not verified your e-mail address. Verify it there, then sign in again.`,
  address_ambiguous: `Several people of this account have your e-mail address. ${ASK} to correct that.`,
  address_pending: `Your e-mail address waits to be confirmed. Open the link in the message that was sent to it, then sign in again.`,
  address_not_confirmed: `Your e-mail address is somebody's user name here, but was never confirmed as their address. ${ASK} to correct that.`,
  bound_to_another: `Somebody else at your provider signs in as the user with your e-mail address. ${ASK} to forget their sign-in if the user is yours.`,
  deactivated: `Your user is deactivated. ${ASK} to reactivate it.`,
  deleted: `Your user was deleted. ${ASK} to restore it.`,
  local_administrator: `This is a local administrator, who signs in with a link from the operator alone.`,
  not_provisioned: `You have no user in this account, and people do not get one by signing in. ${ASK} to add you.`,
  no_free_license: `There is no free license for you. ${ASK} for one.`,
};

/** A refusal in words for the person. */
export function refused(
  reason: SignInRefusal,
  { userId = null, alert = false }: { userId?: string | null; alert?: boolean } = {},
): RefusedOutcome {
  return { kind: 'refused', reason, message: MESSAGES[reason], userId, alert };
}
