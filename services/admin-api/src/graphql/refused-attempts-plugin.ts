import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { refusalsOf } from './refused-attempts.ts';

declare global {
  // The library's way to learn of a plugin.
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      refusedAttempts: RefusedAttemptsPlugin<Types>;
    }
  }
}

export const REFUSED_ATTEMPTS = 'refusedAttempts';

/** Notes what a field that can refuse its caller refused them, for the audit log. */
class RefusedAttemptsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const type = this.buildCache.getTypeConfig(field.parentType);
    const isGuarded = hasOption(field.pothosOptions, 'authScopes');
    const isOfGuarded = hasOption(type.pothosOptions, 'authScopes');
    if (!isGuarded && !isOfGuarded && !hasOption(field.pothosOptions, 'errors')) return resolver;
    // Of a type that is guarded as a whole, the fields are refused together.
    const name = isOfGuarded && !isGuarded ? field.parentType : `${field.parentType}.${field.name}`;
    return (parent, args, context, info) => {
      const note = (error: unknown): never => {
        refusalsOf(context).note(name, error);
        throw error;
      };
      try {
        const value = resolver(parent, args, context, info);
        // A page has thousands of such fields: those that need not be waited for are not.
        return value instanceof Promise ? value.catch(note) : value;
      } catch (error) {
        return note(error);
      }
    };
  }
}

SchemaBuilder.registerPlugin(REFUSED_ATTEMPTS, RefusedAttemptsPlugin);

function hasOption(options: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(options, name)?.value !== undefined;
}
