import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Database } from '../database/connection.ts';
import { isId } from '../ids.ts';
import { decideAddress } from '../ip-rules/decide-address.ts';
import { listenForAccessChanges } from './access-changes.ts';
import { findTokenInForce, recordTokenUse, type TokenInForce } from './token-lookup.repository.ts';
import { isTokenValue, tokenDigest } from './token-value.ts';

/** A request's identity: the account, the token, and the settings that decide how the request is read. */
export interface AuthenticatedToken {
  /** In lower case, however the URL spelled it. */
  accountId: string;
  tokenId: string;
  tokenName: string;
  /** Up to 750 ms old: for reading a request, not for deciding a write. */
  settings: AccountSettings;
  /** Whether the account's IP rules, as old as the settings, let the request's address in. */
  isAddressAllowed: boolean;
}

export interface ScimTokenCache extends AsyncDisposable {
  /**
   * Undefined for everything but a token in force of that very account: callers answer them all alike. `address` is
   * judged by the account's IP rules and, where they allow it, remembered as the place of the last use. Rejects when the database fails.
   */
  authenticate(accountId: string, bearer: string, address: string): Promise<AuthenticatedToken | undefined>;
}

export interface TokenCacheOptions {
  /** Gets failures that do not concern any one request: of the listener, and of recording uses. */
  onError: (error: unknown) => void;
  /** The wall clock, for expiry. */
  now?: () => Date;
  /** A clock in milliseconds that never jumps, for the age of what is cached. */
  elapsed?: () => number;
  mostTokens?: number;
}

// Revocation takes effect within a second; this leaves a quarter of it for a slow answer.
const LIFETIME_MS = 750;
const MOST_TOKENS = 10_000;
const USE_INTERVAL_MS = 60_000;

interface CachedToken extends TokenInForce {
  validUntil: number;
}

interface Lookup {
  sentAt: number;
  token: Promise<TokenInForce | undefined>;
}

/**
 * Asks the database about a token once per 750 ms, counted from the sending of the question, whatever the traffic. That
 * bound is the guarantee; announcements only end an entry sooner. Refusals are not kept, so made-up tokens fill nothing.
 */
export function openTokenCache(db: Database, options: TokenCacheOptions): ScimTokenCache {
  const { onError, now = () => new Date(), elapsed = () => performance.now() } = options;
  const mostTokens = options.mostTokens ?? MOST_TOKENS;
  const cached = new Map<string, CachedToken>();
  const lookups = new Map<string, Lookup>();
  const unfinished = new Set<Promise<unknown>>();
  // An answer that was on its way when something changed may be from before the change: it must not be kept.
  let generation = 0;
  const listener = listenForAccessChanges(db, forget, onError);

  function forget(accountId: string | undefined): void {
    generation += 1;
    lookups.clear();
    for (const [key, token] of cached) {
      if (accountId === undefined || token.accountId === accountId) cached.delete(key);
    }
  }

  async function find(accountId: string, bearer: string): Promise<TokenInForce | undefined> {
    const digest = tokenDigest(bearer);
    const key = `${accountId}:${digest.toString('base64')}`;
    const known = cached.get(key);
    if (known !== undefined && elapsed() < known.validUntil) return known;
    const running = lookups.get(key);
    if (running !== undefined && elapsed() < running.sentAt + LIFETIME_MS) return running.token;
    return lookUp(key, accountId, digest);
  }

  async function lookUp(key: string, accountId: string, digest: Buffer): Promise<TokenInForce | undefined> {
    const sentAt = elapsed();
    const sentIn = generation;
    const lookup: Lookup = { sentAt, token: findTokenInForce(db, accountId, digest) };
    lookups.set(key, lookup);
    try {
      const token = await lookup.token;
      if (token !== undefined && sentIn === generation)
        keep(key, { ...token, validUntil: sentAt + LIFETIME_MS });
      return token;
    } finally {
      if (lookups.get(key) === lookup) lookups.delete(key);
    }
  }

  function keep(key: string, token: CachedToken): void {
    cached.delete(key);
    const [oldest] = cached.keys();
    if (cached.size >= mostTokens && oldest !== undefined) cached.delete(oldest);
    cached.set(key, token);
  }

  /** Outside the request's way: nobody waits for it. */
  function noteUse(token: TokenInForce, address: string, at: Date): void {
    if (token.lastUsedAt !== null && at.getTime() - token.lastUsedAt.getTime() < USE_INTERVAL_MS) return;
    token.lastUsedAt = at;
    const recorded = recordTokenUse(
      db,
      token.accountId,
      token.authenticated.tokenId,
      address,
      at,
      USE_INTERVAL_MS,
    )
      .catch(onError)
      .finally(() => unfinished.delete(recorded));
    unfinished.add(recorded);
  }

  return {
    async authenticate(account, bearer, address) {
      const accountId = account.toLowerCase();
      if (!isId(accountId) || !isTokenValue('scim', bearer)) return undefined;
      const token = await find(accountId, bearer);
      const at = now();
      if (token === undefined || (token.expiresAt !== null && token.expiresAt <= at)) return undefined;
      const isAddressAllowed = decideAddress(token.ipRules, address).allowed;
      if (isAddressAllowed) noteUse(token, address, at);
      return { ...token.authenticated, isAddressAllowed };
    },

    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await Promise.allSettled(unfinished);
    },
  };
}
