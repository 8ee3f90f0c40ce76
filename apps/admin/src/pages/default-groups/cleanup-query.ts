import type { ResultOf } from 'gql.tada';
import { graphql } from '../../api/graphql.ts';
import { type Answer, useAnswer } from '../../api/use-answer.ts';
import { usePolling } from '../../api/use-polling.ts';

const CLEANUP = graphql(`
  query Cleanup($id: ID!) {
    node(id: $id) {
      ... on DefaultGroupCleanup {
        id
        state
        keepUnmanaged
        turnOffAssignByDefault
        signInsFillAgain
        plannedAt
        plannedBy {
          name
        }
        undoableUntil
        groups {
          kind
          displayName
          permissionSets
          assignByDefault
          leaving
          kept
          group {
            id
          }
        }
        lostPermissionSets {
          permissionSet
          people
        }
        job {
          id
          state
          pollAfterMs
          error
          result
          progress {
            done
            total
          }
        }
        undoJob {
          id
          state
          pollAfterMs
          error
          result
          progress {
            done
            total
          }
        }
      }
    }
  }
`);

export type Cleanup = Extract<ResultOf<typeof CLEANUP>['node'], { plannedAt: string }>;
export type CleanupJob = NonNullable<Cleanup['job']>;

/** One cleanup, asked for again while one of its jobs is at work; `cleanup` is null where the account has none of that id. */
export function useCleanup(id: string): Answer<{ cleanup: Cleanup | null }> {
  const answer = useAnswer(CLEANUP, { id });
  const { data } = answer;
  const cleanup = data?.node !== null && data?.node !== undefined && isCleanup(data.node) ? data.node : null;
  usePolling(answer, cleanup?.undoJob?.pollAfterMs ?? cleanup?.job?.pollAfterMs);
  return { ...answer, data: data === undefined ? undefined : { cleanup } };
}

function isCleanup(node: NonNullable<ResultOf<typeof CLEANUP>['node']>): node is Cleanup {
  return 'plannedAt' in node;
}
