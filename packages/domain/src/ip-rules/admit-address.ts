import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { DomainError } from '../errors.ts';
import { recordAttempt } from '../events/record-attempt.ts';
import { decideAddress } from './decide-address.ts';
import { ipRulesInForce } from './find-ip-rules.ts';

/** The account's IP rules refuse the address that a known caller's request came from. */
export class AddressRefusedError extends DomainError {
  readonly code = 'forbidden';
  readonly address: string;

  constructor(address: string) {
    super(addressRefusal(address));
    this.address = address;
  }
}

/** In words for whoever sent the request. */
export function addressRefusal(address: string): string {
  return `This request came from ${address}, an address that the IP rules of the account do not allow. Use an address that they allow, or have an administrator allow this one. Where nobody can, the operator makes a way in with "rollcall account sign-in-link".`;
}

/**
 * Lets a known caller's request in, or records the attempt and refuses it. `ipRulesVersion` was read with who they are. Throws
 * AddressRefusedError.
 */
export async function admitAddress(
  db: Database,
  actor: Actor,
  accountId: string,
  { address, ipRulesVersion }: { address: string; ipRulesVersion: number },
  now: Date,
): Promise<void> {
  const rules = await ipRulesInForce(db, accountId, ipRulesVersion);
  if (decideAddress(rules, address).allowed) return;
  await recordAttempt(
    db,
    actor,
    accountId,
    { kind: 'request.address_refused', target: { kind: 'account' }, detail: { from: address } },
    now,
  );
  throw new AddressRefusedError(address);
}
