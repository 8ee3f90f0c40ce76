import { useState } from 'react';
import type { SearchState } from './use-search-state.ts';

/**
 * The place in a list that is gone with a reload, such as that of a preview: stands in no address. A list of something else
 * begins at its beginning.
 */
export function usePlace(pageSize: number, of: string): SearchState {
  const [kept, setKept] = useState<{ of: string; place: Parameters<SearchState['goTo']>[0] }>();
  const place = kept?.of === of ? kept.place : undefined;
  return {
    get: () => undefined,
    set: () => setKept(undefined),
    page:
      place !== undefined && 'before' in place
        ? { last: pageSize, before: place.before }
        : { first: pageSize, ...place },
    goTo: (place) => setKept({ of, place }),
  };
}
