import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { FastifyBaseLogger } from 'fastify';
import { UserError } from './user-errors.ts';

const OF_THE_REQUEST = new Set<unknown>([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  'QUERY_TOO_LARGE',
]);

/**
 * What a caller sees of an error outside of a result type: refusals and faults of the request in words, anything else as
 * one sentence. The log has the rest under the request's id, which the answer's x-request-id names, too.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: FastifyBaseLogger,
): GraphQLFormattedError {
  const original = unwrapResolverError(error);
  const place = {
    ...(formatted.path && { path: formatted.path }),
    ...(formatted.locations && { locations: formatted.locations }),
  };
  if (original instanceof UserError) {
    return { message: original.message, ...place, extensions: { code: original.code } };
  }
  const code = formatted.extensions?.['code'];
  if (OF_THE_REQUEST.has(code)) return { message: formatted.message, ...place, extensions: { code } };
  if (original instanceof GraphQLError && typeof original.extensions['code'] === 'string') {
    return { message: original.message, ...place, extensions: { code: original.extensions['code'] } };
  }
  logger.error({ err: original, path: formatted.path }, 'GraphQL request failed');
  return {
    message:
      'Something went wrong on the server. Try again; if it fails again, name the answer’s x-request-id to the operator.',
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}
