import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** What a list shows is in the address: it can be sent, kept and gone back to. Filters begin a list anew. */
export interface SearchState {
  readonly get: (name: string) => string | undefined;
  /** Sets some and forgets those that are undefined; the place in the list is forgotten. */
  readonly set: (values: Readonly<Record<string, string | undefined>>) => void;
  /** What a connection is asked for: a page forwards or backwards. */
  readonly page: { first?: number; after?: string; last?: number; before?: string };
  readonly goTo: (place: { after: string } | { before: string } | undefined) => void;
}

const PLACES = ['after', 'before'] as const;

export function useSearchState(pageSize: number): SearchState {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (values: Readonly<Record<string, string | undefined>>) =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        for (const place of PLACES) next.delete(place);
        for (const [name, value] of Object.entries(values)) {
          if (value === undefined || value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      }),
    [setParams],
  );
  const before = params.get('before');
  const after = params.get('after');
  return {
    get: (name) => params.get(name) ?? undefined,
    set: change,
    page:
      before === null ? { first: pageSize, ...(after !== null && { after }) } : { last: pageSize, before },
    goTo: (place) => change(place ?? {}),
  };
}
