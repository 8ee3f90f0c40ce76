import type { Kysely } from 'kysely';
import { BusyError, TooCostlyError } from '../errors.ts';
import { type Database, QUERY_LIMIT_SECONDS } from './connection.ts';
import type { DB } from './schema.generated.ts';

/** What to ask for instead of a list of people or groups that took too long. */
const FIND_RESOURCES_DIRECTLY =
  'too many resources would have to be looked at. Filter by something that is found directly: eq or sw on userName, displayName of groups or externalId, co with three or more characters on userName or displayName of groups, eq on id or emails; and leave out sortBy.';

/**
 * Runs a query whose cost a client decides, such as a list with a filter, on connections that are kept for such. Throws
 * TooCostlyError when a statement of it takes too long, which gives `advice`, and BusyError when others keep all the connections.
 */
export async function boundedQuery<T>(
  db: Pick<Database, 'queries'>,
  query: (db: Kysely<DB>) => Promise<T>,
  advice: string = FIND_RESOURCES_DIRECTLY,
): Promise<T> {
  try {
    return await query(db.queries);
  } catch (cause) {
    if (isStopped(cause)) {
      throw new TooCostlyError(`The search was stopped after ${QUERY_LIMIT_SECONDS} seconds: ${advice}`, {
        cause,
      });
    }
    if (isCrowdedOut(cause)) throw new BusyError({ cause }, 'other searches');
    throw cause;
  }
}

const QUERY_CANCELED = '57014';

function isStopped(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === QUERY_CANCELED;
}

/** pg's pool gives this failure no code. */
function isCrowdedOut(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}
