import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { encodeGlobalId } from './global-ids.ts';

declare global {
  // The library's way to learn of a plugin.
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      promptIds: PromptIdsPlugin<Types>;
    }
  }
}

export const PROMPT_IDS = 'promptIds';

/**
 * The id of whatever has one row in the database, without waiting: the library's own way is several promises for each, and what has
 * one field to wait for is waited for as a whole. It comes last, so that scopes are asked before.
 */
class PromptIdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.name !== 'id' || field.kind !== 'Object') return resolver;
    return (parent, args, context, info) =>
      isRow(parent) && info.parentType.getInterfaces().some(({ name }) => name === 'Node')
        ? encodeGlobalId(field.parentType, parent.id)
        : resolver(parent, args, context, info);
  }
}

SchemaBuilder.registerPlugin(PROMPT_IDS, PromptIdsPlugin);

function isRow(parent: unknown): parent is { id: string } {
  return typeof parent === 'object' && parent !== null && 'id' in parent && typeof parent.id === 'string';
}
