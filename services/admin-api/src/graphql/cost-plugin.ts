import type { ApolloServerPlugin } from '@apollo/server';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import type { GraphQLSchema } from 'graphql';
import type { AdminContext } from './context.ts';

/** Tells with each answer what its query cost, in `extensions.cost`, so that nobody is surprised by the limit. */
export function costPlugin(schema: GraphQLSchema): ApolloServerPlugin<AdminContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ document, request, contextValue, response, operation }) {
          if (document === undefined || operation === undefined || response.body.kind !== 'single') return;
          const { complexity, depth, breadth } = complexityFromQuery(document, {
            schema,
            ctx: contextValue,
            variables: request.variables ?? {},
          });
          const result = response.body.singleResult;
          result.extensions = { ...result.extensions, cost: { complexity, depth, breadth } };
        },
      };
    },
  };
}
