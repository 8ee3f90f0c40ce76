import type { Kysely } from 'kysely';
import { boundedQuery } from '../database/bounded-query.ts';
import type { Database } from '../database/connection.ts';
import type { DB } from '../database/schema.generated.ts';

const ADVICE =
  'too many entries of the log would have to be looked at. Give a range of time, with since and until, or leave out the text.';

const LATER_MOMENT = 'too much changed after that moment. Choose a later one, or read the audit events.';

/** Reads a log by a client's filter, on the connections that are kept for such. Throws TooCostlyError and BusyError. */
export function searchLog<T>(
  db: Pick<Database, 'queries'>,
  query: (queries: Kysely<DB>) => Promise<T>,
): Promise<T> {
  return boundedQuery(db, query, ADVICE);
}

/** The same for what is told from a log by the changes that came after a moment. Throws TooCostlyError and BusyError. */
export function searchHistory<T>(
  db: Pick<Database, 'queries'>,
  query: (queries: Kysely<DB>) => Promise<T>,
): Promise<T> {
  return boundedQuery(db, query, LATER_MOMENT);
}
