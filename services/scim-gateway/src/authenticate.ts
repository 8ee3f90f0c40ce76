import type { AuthenticatedToken, ScimTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { addressRefusal } from '@rollcall/domain/ip-rules/admit-address';
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

/** The account's IP rules refuse the address; whoever holds a valid token is told so. */
class AddressRefusedError extends ScimError {
  constructor(address: string) {
    super(403, undefined, `${addressRefusal(address)} The token is valid.`);
  }
}

/**
 * Knows the token by the account of the URL and its `Authorization` header (RFC 7644 2); throws UnauthorizedError. The
 * exchange is there for an account whose SCIM is off or whose IP rules refuse the address, too: its refusal is recorded.
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
    requireStillAdmitted: async () => {
      const now = await find();
      if (now === undefined) throw new UnauthorizedError();
      requireAllowedAddress(now, request.ip);
    },
  });
}

/** Refuses whatever comes from an address that the account's IP rules do not allow. */
export function requireAllowedAddress(
  { isAddressAllowed }: Pick<AuthenticatedToken, 'isAddressAllowed'>,
  address: string,
): void {
  if (!isAddressAllowed) throw new AddressRefusedError(address);
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
