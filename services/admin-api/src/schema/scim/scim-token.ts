import { listScimTokens, type ScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { builder } from '../../graphql/builder.ts';
import { ScimConfigurationRef } from './scim-configuration.ts';
import { TokenRef } from '../token-fields.ts';

export const ScimTokenRef = builder.objectRef<ScimToken>('ScimToken');

builder.node(ScimTokenRef, {
  description: 'What an identity provider authenticates with at the SCIM base URL of the account.',
  interfaces: [TokenRef],
  authScopes: { right: 'scim_tokens:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('scim_tokens:read')) return ids.map(() => null);
    const tokens = await context.read((db) => listScimTokens(db, context.accountId));
    return ids.map((id) => tokens.find((token) => token.id === id) ?? null);
  },
});

builder.objectField(ScimConfigurationRef, 'tokens', (t) =>
  t.field({
    type: [ScimTokenRef],
    nullable: true,
    description: 'Every SCIM token that the account ever had, the newest first.',
    authScopes: { right: 'scim_tokens:read' },
    resolve: (_scim, _args, context) => context.read((db) => listScimTokens(db, context.accountId)),
  }),
);
