import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { AuditEvent } from '../events/audit-event.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import { isJsonObject, type JsonObject, toJson } from '../json.ts';
import { STORED_FIELDS } from '../users/record-user-change.ts';
import type { User } from '../users/user.ts';
import { selectUser } from '../users/users.repository.ts';
import { type Difference, differenceBetween } from './difference.ts';
import {
  ATTRIBUTE,
  changesStep,
  creation,
  fieldsOf,
  nothing,
  readChanges,
  recordedState,
  type Step,
  untold,
} from './recorded-state.ts';
import { type CurrentState, type Told, unwind } from './unwind.ts';

/**
 * What was known of a person at a moment, under the names of `StoredUser`'s fields and without those that were empty; null while
 * there was nobody. Throws NotFoundError; TooCostlyError where there were too many changes since.
 */
export async function userAt(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  moment: Date,
): Promise<Told<JsonObject | null>> {
  const told = await unwind(db, await currentUser(db, accountId, userId), moment, userStep);
  return told.isKnown ? { isKnown: true, state: told.state && fieldsOf(told.state) } : told;
}

/** What changed of a person from one moment to a later one, and by which events. Throws as `userAt` does. */
export async function userDifference(
  db: Kysely<DB>,
  accountId: string,
  userId: string,
  from: Date,
  to: Date,
): Promise<Told<Difference>> {
  return differenceBetween(db, await currentUser(db, accountId, userId), userStep, from, to);
}

/** The person as they are, in the form that their history is told in. Throws NotFoundError. */
export async function currentUser(db: Kysely<DB>, accountId: string, userId: string): Promise<CurrentState> {
  const user = isId(userId) ? await selectUser(db, accountId, userId, 'everyone') : undefined;
  if (user === undefined) throw new NotFoundError(`There is no user with the id ${JSON.stringify(userId)}.`);
  const { id, version, createdAt, updatedAt } = user;
  return { accountId, id, version, createdAt, changedAt: updatedAt, state: stateOf(user) };
}

function stateOf(user: User): ReturnType<typeof recordedState> {
  const fields = toJson(Object.fromEntries(STORED_FIELDS.map((field) => [field, user[field]])));
  return recordedState(isJsonObject(fields) ? fields : {});
}

/** What an event did to the person whom it is about. */
function userStep({ kind, detail }: AuditEvent): Step {
  if (detail === null || kind === 'user.erased') return untold;
  if (kind === 'user.created') return creation;
  const { changes } = detail;
  if (!isJsonObject(changes)) return nothing;
  const { attributes, ...fields } = changes;
  return changesStep([...readChanges(fields), ...readChanges(attributes, ATTRIBUTE)]);
}
