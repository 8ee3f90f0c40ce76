import { type RawBuilder, sql } from 'kysely';

/**
 * Ids for `= any(…)`, as an array whose length the planner does not see. It would else take the plan for this length to be
 * better than the general one and make it anew on every call, which costs more than running it.
 */
export function idSet(ids: Iterable<string>): RawBuilder<readonly string[]> {
  return sql`array(select unnest(${[...ids]}::uuid[]))`;
}
