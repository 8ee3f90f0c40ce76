import type { ScimTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { ScimError } from '@rollcall/scim-protocol/errors';
import type { Access } from './access.ts';
import { beginExchange, type Exchange } from './exchange.ts';
import type { ScimRequest } from './scim-app.ts';

/** No valid token. Always the same, whatever is wrong, so that a stranger learns nothing about accounts and tokens. */
export class UnauthorizedError extends ScimError {
  constructor() {
    super(
      401,
      undefined,
      'The bearer token is missing, not valid, expired or revoked, or belongs to another SCIM base URL. Check both in the identity provider.',
    );
  }
}

/**
 * Knows the token by the account of the URL and its `Authorization` header (RFC 7644 2); throws UnauthorizedError. The
 * exchange is there for an account whose SCIM is off, too: its refusal is recorded.
 */
export async function authenticate(
  request: ScimRequest,
  tokens: ScimTokenCache,
  { publicScimUrl, access }: { publicScimUrl: string; access: Access },
): Promise<Exchange> {
  const { accountId } = request.params;
  const bearer = bearerOf(request.headers.authorization);
  if (bearer === undefined) throw new UnauthorizedError();
  const find = () => tokens.authenticate(accountId, bearer, request.ip);
  const token = await find();
  if (token === undefined) throw new UnauthorizedError();
  const { id, method, originalUrl } = request;
  return beginExchange(token, { id, method, path: originalUrl }, publicScimUrl, {
    access,
    isTokenInForce: async () => (await find()) !== undefined,
  });
}

/** Refuses everything while the account's SCIM is off. */
export function requireScimEnabled({ token }: Exchange): void {
  if (token.settings.scim.enabled) return;
  throw new ScimError(
    403,
    undefined,
    'SCIM provisioning is turned off for this account. An account administrator can turn it on; the token is valid.',
  );
}

// RFC 9110 11.1: the scheme's name is in any letter case.
function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
