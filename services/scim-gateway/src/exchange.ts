import type { Actor, RequestOrigin } from '@rollcall/domain/actor';
import type { AuthenticatedToken } from '@rollcall/domain/scim-access/authenticate';
import type { ScimType } from '@rollcall/scim-protocol/errors';
import type { JsonObject, JsonValue } from '@rollcall/scim-protocol/json';
import { createReading, type Reading } from '@rollcall/scim-protocol/reading';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import type { FastifyRequest } from 'fastify';
import type { Access } from './access.ts';

/** A request with a valid token, from its authentication until it is recorded. */
export interface Exchange {
  readonly accountId: string;
  readonly access: Access;
  readonly token: AuthenticatedToken;
  /** Asked again while the request goes on for long. Throws ScimError when the token or its address is no longer let in. */
  readonly requireStillAdmitted: () => Promise<void>;
  readonly actor: Actor;
  readonly reading: Reading;
  /** The account's SCIM base URL, as identity providers reach it. */
  readonly baseUrl: string;
  /** Undefined while not read, and for an empty one. */
  body: JsonValue | undefined;
  /** What the request turned out to be about, for the record. */
  resource: { type: 'User' | 'Group'; id: string | undefined } | undefined;
  refusal: { scimType: ScimType | undefined; detail: string } | undefined;
  /** What else the answer said, for the record. */
  answer: JsonObject | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null until authenticated. */
    exchange: Exchange | null;
  }
}

/** The exchange of a request that a token sent. */
export function beginExchange(
  token: AuthenticatedToken,
  origin: RequestOrigin,
  publicScimUrl: string,
  { access, requireStillAdmitted }: Pick<Exchange, 'access' | 'requireStillAdmitted'>,
): Exchange {
  return {
    accountId: token.accountId,
    access,
    token,
    requireStillAdmitted,
    actor: { kind: 'scim_token', id: token.tokenId, name: token.tokenName, request: origin },
    reading: createReading(token.settings.scim.dialects),
    baseUrl: scimBaseUrl(publicScimUrl, token.accountId),
    body: undefined,
    resource: undefined,
    refusal: undefined,
    answer: undefined,
  };
}

/** The exchange of a request that passed authentication. */
export function exchangeOf(request: FastifyRequest): Exchange {
  if (request.exchange === null)
    throw new Error('A SCIM handler ran for a request that was not authenticated.');
  return request.exchange;
}
