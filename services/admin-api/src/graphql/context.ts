import { type AccountSettings, readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Caller } from '@rollcall/domain/admins/caller';
import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { DomainError } from '@rollcall/domain/errors';
import { recordRefusal } from '@rollcall/domain/events/record-refusal';
import type { FastifyBaseLogger } from 'fastify';
import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import type { OidcProviders } from '@rollcall/oidc-protocol/provider-cache';
import type { Sender } from '../authenticate.ts';
import type { AdminApiSettings } from '../config.ts';
import { refusalsOf } from './refused-attempts.ts';
import { asUserError, Busy } from './user-errors.ts';

/** What every resolver has: one request of one caller in one account. */
export interface AdminContext {
  readonly db: Database;
  readonly logger: FastifyBaseLogger;
  readonly settings: AdminApiSettings;
  readonly requestId: string;
  readonly accountId: string;
  readonly caller: Caller;
  /** The session that the request belongs to; null for tokens. */
  readonly session: Sender['session'];
  readonly providers: OidcProviders;
  /** The client's address. */
  readonly address: string;
  /** The time of the request: one for all that it does. */
  readonly now: Date;
  /**
   * Runs one use case in a transaction of its own. What it refuses becomes a typed error of the API; an alert that a
   * refusal carries is recorded.
   */
  readonly write: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  /** Reads through the domain; what it refuses becomes a typed error of the API. */
  readonly read: <T>(work: (db: Database) => Promise<T>) => Promise<T>;
  /** Read once for each request, however many fields ask. */
  readonly accountSettings: () => Promise<AccountSettings>;
  /** One of each kind for a request: loaders that batch, made when they are first asked for. */
  readonly loader: <L extends object>(make: (context: AdminContext) => L) => L;
}

export type RequestFacts = Pick<
  AdminContext,
  | 'db'
  | 'logger'
  | 'settings'
  | 'providers'
  | 'requestId'
  | 'accountId'
  | 'caller'
  | 'session'
  | 'address'
  | 'now'
>;

export function createContext(facts: RequestFacts): AdminContext {
  const { db, accountId, caller, logger, requestId, now } = facts;
  const loaders = new Map<unknown, object>();
  let settings: Promise<AccountSettings> | undefined;

  async function translating<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const refusal = error instanceof DomainError ? asUserError(error) : undefined;
      if (error instanceof DomainError && error.alert !== undefined && refusal !== undefined) {
        refusalsOf(context).omit(refusal);
        await recordRefusal(db, caller.actor, accountId, error.alert, now).catch((failure: unknown) =>
          logger.error({ err: failure, requestId }, 'alert of a refused request was not recorded'),
        );
      }
      if (isDatabaseUnavailable(error)) {
        logger.error({ err: error, requestId }, 'database unavailable');
        throw new Busy('The service cannot reach its database at the moment. Try again in a few seconds.');
      }
      throw refusal ?? error;
    }
  }

  const context: AdminContext = {
    ...facts,
    write: (work) => translating(() => inTransaction(db, work)),
    read: (work) => translating(() => work(db)),
    accountSettings: () => (settings ??= readAccountSettings(db, accountId)),
    loader(make) {
      const known = loaders.get(make);
      // Only what `make` itself made is ever kept under it.
      if (known !== undefined && isMadeBy(known, make)) return known;
      const made = make(context);
      loaders.set(make, made);
      makers.set(made, make);
      return made;
    },
  };
  return context;
}

const makers = new WeakMap<object, unknown>();

function isMadeBy<L extends object>(loader: object, make: (context: AdminContext) => L): loader is L {
  return makers.get(loader) === make;
}
