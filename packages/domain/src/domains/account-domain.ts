import { domainToASCII } from 'node:url';

/** An e-mail domain that an account means to vouch for, or does. */
export interface AccountDomain {
  /** Lower-case. */
  domain: string;
  state: 'pending' | 'verified';
  verifiedAt: Date | null;
  createdAt: Date;
  /** What proves it: a TXT record. Null where an operator vouched for the domain. */
  challenge: DomainChallenge | null;
  /** What the last look for the record found. A verified domain stays so, whatever it is. */
  lastCheck: { at: Date; outcome: CheckOutcome } | null;
}

export interface DomainChallenge {
  /** The name of the record. */
  name: string;
  /** Its text, all of it. */
  value: string;
}

export const CHECK_OUTCOMES = ['found', 'missing', 'other_value', 'unreachable'] as const;

export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** Another text than other services ask for, and below a name of our own: nobody has to touch their SPF record. */
export function challengeOf(domain: string, secret: string): DomainChallenge {
  return { name: `_rollcall-challenge.${domainToASCII(domain)}`, value: `rollcall-domain=${secret}` };
}
