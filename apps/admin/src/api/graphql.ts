import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema.generated.d.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A document, typed by the schema. What it asks for is checked against `schema.graphql` by the compiler and by a test. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; JSON: Json; ID: string };
}>();
