import type { TokenCreator, TokenDescription } from '@rollcall/domain/scim-access/token-description';
import { builder } from '../graphql/builder.ts';

export const TokenCreatorRef = builder.objectRef<TokenCreator>('TokenCreator').implement({
  description: 'Who made a token.',
  fields: (t) => ({
    kind: t.string({
      description: 'administrator, service_token, operator or system.',
      resolve: ({ kind }) => kind,
    }),
    name: t.exposeString('name', { description: 'Their name at the time.' }),
  }),
});

const TokenStateEnum = builder.enumType('TokenState', {
  description: 'Whether a token opens anything.',
  values: {
    IN_FORCE: { description: 'It works.' },
    EXPIRED: { description: 'Its time is over.' },
    REVOKED: { description: 'An administrator ended it.' },
  },
});

/** What both kinds of token show; never a value. */
export const TokenRef = builder.interfaceRef<TokenDescription>('Token').implement({
  description: 'What a client authenticates with. Its value is shown once, when it is made.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    hint: t.exposeString('hint', { description: 'Its beginning and end, to recognise it by.' }),
    state: t.field({
      type: TokenStateEnum,
      description: 'Whether it works.',
      resolve: ({ revokedAt, expiresAt }, _args, { now }) => {
        if (revokedAt !== null) return 'REVOKED';
        return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : 'IN_FORCE';
      },
    }),
    createdBy: t.expose('createdBy', { type: TokenCreatorRef, description: 'Who made it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null: never by itself.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null: never.',
    }),
    lastUsedAddress: t.exposeString('lastUsedAddress', {
      nullable: true,
      description: 'The address that used it last.',
    }),
  }),
});
