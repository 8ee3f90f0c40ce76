import { readName } from '../accounts/account-names.ts';
import { InvalidInputError } from '../errors.ts';

/** What is asked of a new token, whatever its kind. */
export interface TokenRequest {
  /** Of the new token; a fresh one unless the caller has it already. */
  id?: string | undefined;
  name: string;
  /** Without it the token works until it is revoked. */
  expiresAt?: Date | undefined;
}

/** Throws InvalidInputError for a blank name and for an expiry that has passed. */
export function readTokenRequest(request: TokenRequest, now: Date): { name: string; expiresAt: Date | null } {
  const name = readName(request.name, 'name');
  const expiresAt = request.expiresAt ?? null;
  if (expiresAt === null || expiresAt > now) return { name, expiresAt };
  throw new InvalidInputError('The expiry must be a time to come.', 'expiresAt');
}
