import type { ApolloServerPlugin } from '@apollo/server';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { getVariableValues, type GraphQLSchema } from 'graphql';
import type { AdminContext } from './context.ts';

/** Tells with each answer what its query cost, in `extensions.cost`, so that nobody is surprised by the limit. */
export function costPlugin(schema: GraphQLSchema): ApolloServerPlugin<AdminContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ document, request, contextValue, response, operation }) {
          if (document === undefined || operation === undefined || response.body.kind !== 'single') return;
          // What cannot be read was answered already, and costs nothing.
          const variables = request.variables ?? {};
          if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return;
          const { complexity, depth, breadth } = complexityFromQuery(document, {
            schema,
            ctx: contextValue,
            variables,
          });
          const result = response.body.singleResult;
          result.extensions = { ...result.extensions, cost: { complexity, depth, breadth } };
        },
      };
    },
  };
}
