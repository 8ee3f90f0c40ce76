import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import type { JsonObject } from '../json.ts';
import { changeKnownUser } from '../users/change-known-user.ts';
import { changeUser } from '../users/change-user.ts';
import { createNewcomer } from '../users/create-newcomer.ts';
import { deleteUser } from '../users/delete-user.ts';
import { provisionUser } from '../users/provision-user.ts';
import type { User, UserInput } from '../users/user.ts';

export interface IdentityProvider {
  post(person: Partial<UserInput> & { userName: string }): Promise<User>;
  put(id: string, person: Partial<UserInput> & { userName: string }): Promise<User>;
  /** Names only what changes, as a PATCH does. */
  patch(id: string, changes: Partial<UserInput>): Promise<User>;
  delete(id: string): Promise<void>;
}

/** An identity provider that speaks to the domain itself, each call in a transaction of its own. */
export function identityProvider(
  db: Database,
  account: { accountId: string; actor: Actor },
): IdentityProvider {
  const { accountId, actor } = account;

  async function change(
    id: string,
    verb: 'replace' | 'modify',
    next: (current: User) => UserInput,
  ): Promise<User> {
    const settings = await readAccountSettings(db, accountId);
    const now = new Date();
    return (
      (await changeKnownUser(db, actor, settings, id, verb, next, now)) ??
      inTransaction(db, (trx) => changeUser(trx, actor, accountId, id, verb, next, now))
    );
  }

  return {
    async post(person: Partial<UserInput> & { userName: string }): Promise<User> {
      const settings = await readAccountSettings(db, accountId);
      const [input, now] = [wholePerson(person), new Date()];
      return (
        (await createNewcomer(db, actor, settings, input, now)) ??
        inTransaction(db, (trx) => provisionUser(trx, actor, accountId, input, now))
      );
    },
    put(id: string, person: Partial<UserInput> & { userName: string }): Promise<User> {
      return change(id, 'replace', () => wholePerson(person));
    },
    patch(id: string, changes: Partial<UserInput>): Promise<User> {
      const namesAddress = changes.userName !== undefined || changes.attributes?.['emails'] !== undefined;
      return change(id, 'modify', (current) => ({
        userName: current.userName,
        externalId: current.externalId,
        active: undefined,
        licenseType: undefined,
        ...changes,
        attributes: { ...current.attributes, ...changes.attributes },
        namesAddress,
      }));
    },
    delete(id: string): Promise<void> {
      return inTransaction(db, (trx) => deleteUser(trx, actor, accountId, id, new Date()));
    },
  };
}

function wholePerson(person: Partial<UserInput> & { userName: string }): UserInput {
  return {
    externalId: null,
    active: true,
    attributes: {},
    licenseType: undefined,
    namesAddress: true,
    ...person,
  };
}

export function workEmailOf(value: string): JsonObject {
  return { emails: [{ value, type: 'work', primary: true }] };
}
