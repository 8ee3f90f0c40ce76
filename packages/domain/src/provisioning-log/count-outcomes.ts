import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError } from '../errors.ts';
import { timeConditions } from '../events/log-page.ts';
import { allOf } from './list-provisioning-events.ts';

/** What became of the requests that arrived within one hour. */
export interface HourlyOutcomes {
  /** When the hour began. */
  hour: Date;
  /** Answered with a status below 400. */
  accepted: number;
  /** 400 to 499. */
  refused: number;
  /** 500 and more. */
  failed: number;
}

const HOUR_MS = 60 * 60 * 1000;
export const MOST_HOURS = 7 * 24;

/**
 * The last hours of an account's provisioning log, the present one last, those without any request included. Looks at each
 * request of that time. Throws InvalidInputError.
 */
export async function countOutcomes(
  db: Kysely<DB>,
  accountId: string,
  hours: number,
  now: Date,
): Promise<readonly HourlyOutcomes[]> {
  if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS) {
    throw new InvalidInputError(`Ask for 1 to ${MOST_HOURS} hours.`, 'hours');
  }
  const last = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const first = last - (hours - 1) * HOUR_MS;
  const { rows } = await sql<HourlyOutcomes>`
    select date_trunc('hour', e.at, 'UTC') as hour,
      count(*) filter (where e.status < 400) as accepted,
      count(*) filter (where e.status between 400 and 499) as refused,
      count(*) filter (where e.status >= 500) as failed
    from provisioning_events e
    where e.account_id = ${accountId} and ${allOf(timeConditions({ since: new Date(first) }))}
    group by 1`.execute(db);
  const counted = new Map(rows.map((row) => [row.hour.getTime(), row]));
  return Array.from({ length: hours }, (_, index) => {
    const begin = first + index * HOUR_MS;
    return counted.get(begin) ?? { hour: new Date(begin), accepted: 0, refused: 0, failed: 0 };
  });
}
