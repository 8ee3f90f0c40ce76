import type { Actor } from '@rollcall/domain/actor';
import type { AuthenticatedToken } from '@rollcall/domain/scim-access/authenticate';
import type { ScimType } from '@rollcall/scim-protocol/errors';
import type { JsonObject, JsonValue } from '@rollcall/scim-protocol/json';
import type { Reading } from '@rollcall/scim-protocol/reading';
import type { FastifyRequest } from 'fastify';

/** A request with a valid token, from its authentication until it is recorded. */
export interface Exchange {
  readonly accountId: string;
  readonly token: AuthenticatedToken;
  readonly isTokenInForce: () => Promise<boolean>;
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

/** The exchange of a request that passed authentication. */
export function exchangeOf(request: FastifyRequest): Exchange {
  if (request.exchange === null)
    throw new Error('A SCIM handler ran for a request that was not authenticated.');
  return request.exchange;
}
