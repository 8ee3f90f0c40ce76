import type { LogPage } from '@rollcall/domain/events/log-page';
import type { Slice } from '@rollcall/domain/pages/slice';
import { builder } from '../../graphql/builder.ts';

export const LogOrderEnum = builder.enumType('LogOrder', {
  description: 'From which end a log is read.',
  values: {
    NEWEST_FIRST: { description: 'The latest entry first.' },
    OLDEST_FIRST: { description: 'The earliest entry first.' },
  },
});

/** A piece of a list that stands in that order, as the log reads it. */
export function logPage(order: typeof LogOrderEnum.$inferType, { behind, backward, limit }: Slice): LogPage {
  const newestFirst = (order === 'NEWEST_FIRST') !== backward;
  return newestFirst
    ? { newestFirst, limit, olderThan: behind?.id }
    : { newestFirst, limit, newerThan: behind?.id };
}
