import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from '../../api/graphql.ts';

export const PREVIEW = graphql(`
  query PreviewOfIpRules($input: IpRulesPreviewInput!) {
    ipRulesPreview(input: $input) {
      ... on IpRulesPreview {
        previewToken
        obstacles {
          reason
          message
        }
        added {
          range
          effect
          note
          source
        }
        removed {
          range
          effect
          note
          source
        }
        refusedTokens {
          tokenName
          tokenHint
          address
          lastUsedAt
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

export type PreviewInput = VariablesOf<typeof PREVIEW>['input'];
export type Preview = Extract<ResultOf<typeof PREVIEW>['ipRulesPreview'], { previewToken: string }>;
