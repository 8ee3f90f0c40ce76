import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { UserState } from './user.ts';

/** How many people of an account are in a state, local administrators and tombstones included. */
export interface PeopleInState {
  state: UserState;
  people: number;
}

const STATES: readonly UserState[] = ['active', 'invited', 'deactivated', 'deleted'];

/** Every state, also those that nobody is in. Counts the whole account: not for each request. */
export async function countPeopleByState(
  db: Kysely<DB>,
  accountId: string,
): Promise<readonly PeopleInState[]> {
  const { rows } = await sql<PeopleInState>`
    select u.state, count(*) as people from users u
    where u.account_id = ${accountId} group by u.state`.execute(db);
  const counted = new Map(rows.map(({ state, people }) => [state, people]));
  return STATES.map((state) => ({ state, people: counted.get(state) ?? 0 }));
}
