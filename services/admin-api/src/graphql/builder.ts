import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { Right } from '@rollcall/domain/admins/rights';
import type { JsonValue } from '@rollcall/domain/json';
import { GraphQLError } from 'graphql';
import type { AdminContext } from './context.ts';
import { decodeGlobalId, encodeGlobalId } from './global-ids.ts';
import { LIMITS } from './limits.ts';
import { PROMPT_IDS } from './prompt-ids-plugin.ts';
import { REFUSED_ATTEMPTS } from './refused-attempts-plugin.ts';
import { Busy, Forbidden, InvalidInput } from './user-errors.ts';

export interface SchemaTypes {
  Context: AdminContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  DefaultAuthStrategy: 'all';
  AuthScopes: {
    /** The caller has it. */
    right: Right;
  };
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: JsonValue; Output: JsonValue };
    ID: { Input: string; Output: string | number };
  };
  Connection: {
    /** Counted only when it is asked for. */
    totalCount: () => Promise<number>;
  };
}

/**
 * The one builder of the schema. Types, queries and mutations are in `schema/`, a folder for each area. Errors come first:
 * what scopes refuse is then a typed error of a mutation, too. What is refused is noted before.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [
    ErrorsPlugin,
    REFUSED_ATTEMPTS,
    ScopeAuthPlugin,
    RelayPlugin,
    DataloaderPlugin,
    ComplexityPlugin,
    PROMPT_IDS,
  ],
  defaultFieldNullability: false,
  errors: {
    defaultTypes: [InvalidInput, Forbidden, Busy],
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${upperFirst(fieldName)}Result`,
      description:
        'What became of it: the payload, or a typed error. Ask for `... on UserError { code message }`, too.',
    },
  },
  scopeAuth: {
    defaultStrategy: 'all',
    authScopes: ({ caller }) => ({ right: (right) => caller.rights.has(right) }),
    unauthorizedError: (_parent, { caller }, info, { failure }) =>
      new Forbidden(
        `${info.parentType.name}.${info.fieldName} is not for ${caller.permissionSets.join(', ') || 'people without a permission set'}. An account administrator can grant a permission set that allows it to a group.`,
        missingRight(failure),
      ),
  },
  relay: {
    clientMutationId: 'omit',
    idFieldOptions: { description: 'Names it everywhere in the API. Opaque.' },
    cursorType: 'String',
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    nodeTypeOptions: { description: 'Whatever can be found again by its id.' },
    pageInfoTypeOptions: { description: 'Where a page of a list stands.' },
    // The connection counts what stands below it as often as its page is long.
    edgesFieldOptions: { complexity: { field: 1, multiplier: 1 } },
    nodeQueryOptions: {
      description: 'Finds one thing of the account by its id; null for what is not there.',
    },
    nodesQueryOptions: {
      description:
        'Finds several things of the account by their ids, at most 200; null for each that is not there.',
      complexity: ({ ids }) => ({ field: 1, multiplier: Math.max(1, ids.length) }),
    },
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 5,
    limit: LIMITS.query,
    complexityError: (kind, result) =>
      new GraphQLError(
        `The query is too large: ${kind.toLowerCase()} is more than ${String(result[`max${kind}`])}. Ask for fewer fields or shorter pages (first, last), or send several queries.`,
        { extensions: { code: 'QUERY_TOO_LARGE' } },
      ),
  },
});

builder.queryType({ description: 'What can be read. Everything belongs to the account of the caller.' });
builder.mutationType({
  description:
    'What can be changed. Each mutation takes one `input` and gives either its payload or a typed error that says what to do.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'How many there are in the whole list. Counted only when it is asked for.',
    resolve: ({ totalCount }) => totalCount(),
  }),
);

/** Null where several are missing. */
function missingRight(failure: AuthFailure): string | null {
  if ('failures' in failure) {
    const [only, ...others] = failure.failures;
    return only === undefined || others.length > 0 ? null : missingRight(only);
  }
  return 'parameter' in failure && typeof failure.parameter === 'string' ? failure.parameter : null;
}

function upperFirst(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
