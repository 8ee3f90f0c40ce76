import { type Account } from '@rollcall/domain/accounts/account';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Actor } from '@rollcall/domain/actor';
import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { DomainError, NotFoundError } from '@rollcall/domain/errors';
import { recordRefusal } from '@rollcall/domain/events/record-refusal';
import { configuredDatabaseUrl, operatorName } from './config.ts';
import { openAnsweringDatabase } from './open-answering-database.ts';

/** Runs `work` on the configured database and closes it. */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  await using db = await openAnsweringDatabase(configuredDatabaseUrl());
  return await work(db);
}

/** The same for one account, named by its id or slug. Throws NotFoundError. */
export function withAccount<T>(
  reference: string,
  work: (db: Database, account: Account) => Promise<T>,
): Promise<T> {
  return withDatabase(async (db) => {
    const account = await findAccount(db, reference);
    if (account !== undefined) return work(db, account);
    throw new NotFoundError(`There is no account "${reference}". "rollcall account list" shows them all.`);
  });
}

/** One change to one account, by the operator, in one transaction. A refusal that alerts is recorded after it. */
export function changeAccount<T>(
  reference: string,
  change: (trx: Trx, actor: Actor, account: Account, now: Date) => Promise<T>,
): Promise<T> {
  return withAccount(reference, async (db, account) => {
    const now = new Date();
    const actor = operator();
    try {
      return await inTransaction(db, (trx) => change(trx, actor, account, now));
    } catch (error) {
      if (error instanceof DomainError && error.alert !== undefined) {
        await recordRefusal(db, actor, account.id, error.alert, now);
      }
      throw error;
    }
  });
}

export function operator(): Actor {
  return { kind: 'operator', name: operatorName() };
}
