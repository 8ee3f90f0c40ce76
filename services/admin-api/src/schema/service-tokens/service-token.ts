import { listServiceTokens, type ServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';
import { PermissionSetEnum } from '../enums.ts';
import { TokenRef } from '../token-fields.ts';

export const ServiceTokenRef = builder.objectRef<ServiceToken>('ServiceToken');

builder.node(ServiceTokenRef, {
  description: 'What a script authenticates with at this API.',
  interfaces: [TokenRef],
  authScopes: { right: 'service_tokens:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('service_tokens:read')) return ids.map(() => null);
    const tokens = await context.read((db) => listServiceTokens(db, context.accountId));
    return ids.map((id) => tokens.find((token) => token.id === id) ?? null);
  },
  fields: (t) => ({
    permissionSets: t.expose('permissionSets', {
      type: [PermissionSetEnum],
      description: 'What the script may do.',
    }),
  }),
});

builder.objectField(AccountRef, 'serviceTokens', (t) =>
  t.field({
    type: [ServiceTokenRef],
    nullable: true,
    description: 'Every service token that the account ever had, the newest first.',
    authScopes: { right: 'service_tokens:read' },
    resolve: (_account, _args, context) => context.read((db) => listServiceTokens(db, context.accountId)),
  }),
);
