import { isId } from '../ids.ts';
import { isTokenValue, newTokenValue, tokenDigest, type TokenKind } from '../scim-access/token-value.ts';

/** A secret that opens something of one account, and names it, so that it is looked up among that account's alone. */
export interface AccountSecret {
  accountId: string;
  digest: Buffer;
}

const SEPARATOR = '.';

/** Shown or sent once; only its digest is stored. */
export function newAccountSecret(kind: TokenKind, accountId: string): AccountSecret & { value: string } {
  const secret = newTokenValue(kind);
  return { value: `${accountId}${SEPARATOR}${secret}`, accountId, digest: tokenDigest(secret) };
}

/** Undefined for what cannot be one: no query is made for it. */
export function readAccountSecret(kind: TokenKind, value: string): AccountSecret | undefined {
  const end = value.indexOf(SEPARATOR);
  const [accountId, secret] = [value.slice(0, Math.max(0, end)), value.slice(end + 1)];
  return isId(accountId) && isTokenValue(kind, secret)
    ? { accountId, digest: tokenDigest(secret) }
    : undefined;
}
