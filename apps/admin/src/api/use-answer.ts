import { useMemo } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from 'urql';

export interface Answer<Data> {
  /** The last answer, also while another is on its way. */
  readonly data: Data | undefined;
  /** Why there is no answer, or not a whole one. */
  readonly error: CombinedError | undefined;
  readonly isLoading: boolean;
  /** Asks again; what is shown stays until the answer is there. */
  readonly askAgain: () => void;
}

const NOTHING: readonly string[] = [];

/** What the API answers to a query. */
export function useAnswer<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  {
    pause = false,
    dependsOn = NOTHING,
  }: {
    pause?: boolean;
    /** Types whose change asks again, besides those that are in the answer: an empty list has none. */
    dependsOn?: readonly string[];
  } = {},
): Answer<Data> {
  const context = useMemo(() => ({ additionalTypenames: [...dependsOn] }), [dependsOn]);
  const [{ data, error, fetching, stale }, again] = useQuery({ query, variables, pause, context });
  return {
    data,
    error,
    isLoading: fetching || stale,
    askAgain: () => again({ requestPolicy: 'network-only' }),
  };
}
