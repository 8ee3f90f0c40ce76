import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { DomainError } from '../errors.ts';
import type { AuditEventInput } from '../events/audit-event.ts';
import { decideAddress } from './decide-address.ts';
import { ipRulesInForce } from './find-ip-rules.ts';

/**
 * The account's IP rules refuse the address that a known caller's request came from. Edges record `attempt`, and answer alike
 * whatever was asked for.
 */
export class AddressRefusedError extends DomainError {
  readonly code = 'forbidden';
  readonly actor: Actor;
  readonly accountId: string;
  readonly attempt: AuditEventInput;

  constructor(actor: Actor, accountId: string, address: string) {
    super(addressRefusal(address));
    this.actor = actor;
    this.accountId = accountId;
    this.attempt = {
      kind: 'attempt.refused',
      target: { kind: 'account' },
      detail: { code: 'ADDRESS_REFUSED', from: address },
    };
  }
}

/** In words for whoever sent the request. */
export function addressRefusal(address: string): string {
  return `This request came from ${address}, an address that the IP rules of the account do not allow. Use an address that they allow, or have an administrator allow this one. Where nobody can, the operator makes a way in with "rollcall account sign-in-link".`;
}

/** Lets a known caller's request in. `ipRulesVersion` was read with who they are. Throws AddressRefusedError. */
export async function admitAddress(
  db: Database,
  actor: Actor,
  accountId: string,
  { address, ipRulesVersion }: { address: string; ipRulesVersion: number },
): Promise<void> {
  const rules = await ipRulesInForce(db, accountId, ipRulesVersion);
  if (!decideAddress(rules, address).allowed) throw new AddressRefusedError(actor, accountId, address);
}
