import { z } from 'zod';
import { SettingsError } from './config.ts';

/** GRAPHQL_OPERATIONS and GRAPHQL_MANIFEST: what signed-in people may run; a part of the admin API's schema. */
export const graphqlOperationsSettings = {
  GRAPHQL_OPERATIONS: z
    .enum(['any', 'persisted-only'], { error: 'it must be any or persisted-only' })
    .default('any')
    .meta({
      description: 'what signed-in people may run: any operation, or those of the manifest alone',
      example: 'persisted-only',
    }),
  GRAPHQL_MANIFEST: z.string().optional().meta({
    description: 'the file with the operations of the web client',
    example: '/srv/rollcall/operations.json',
  }),
};

export interface GraphqlOperations {
  /** The file with the operations of the web client. */
  readonly manifestPath: string | undefined;
  /** Sessions run these and no others. */
  readonly isBinding: boolean;
}

/** Throws SettingsError where sessions are bound to operations that nobody names. */
export function graphqlOperations({
  GRAPHQL_OPERATIONS,
  GRAPHQL_MANIFEST: manifestPath,
}: {
  GRAPHQL_OPERATIONS: 'any' | 'persisted-only';
  GRAPHQL_MANIFEST?: string | undefined;
}): GraphqlOperations {
  const isBinding = GRAPHQL_OPERATIONS === 'persisted-only';
  if (isBinding && manifestPath === undefined) {
    throw new SettingsError(
      'GRAPHQL_OPERATIONS is persisted-only, so that GRAPHQL_MANIFEST has to name the file with the operations, for example GRAPHQL_MANIFEST=/srv/rollcall/operations.json.',
    );
  }
  return { manifestPath, isBinding };
}
