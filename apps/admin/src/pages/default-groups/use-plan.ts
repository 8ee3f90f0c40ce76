import { graphql } from '../../api/graphql.ts';
import { type Refusal, useChange } from '../../api/use-change.ts';
import type { defaultGroups } from '../../words/default-groups.ts';

export type DefaultGroup = keyof typeof defaultGroups;

const PLAN = graphql(`
  mutation PlanCleanup($input: DefaultGroupCleanupPlanInput!) {
    defaultGroupCleanupPlan(input: $input) {
      ... on DefaultGroupCleanupPlanPayload {
        cleanup {
          id
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

export interface CleanupOptions {
  readonly groups: readonly DefaultGroup[];
  readonly keepUnmanaged: boolean;
  readonly turnOffAssignByDefault: boolean;
}

/** Plans a cleanup, which changes nothing; answers with the plan's id. */
export function usePlan(): {
  make: (options: CleanupOptions) => Promise<string | undefined>;
  isUnderWay: boolean;
  refusal: Refusal | undefined;
} {
  const { make, isUnderWay, refusal } = useChange(PLAN, 'defaultGroupCleanupPlan');
  return {
    make: async ({ groups, ...options }) =>
      (await make({ input: { groups: [...groups], ...options } }))?.cleanup.id,
    isUnderWay,
    refusal,
  };
}
