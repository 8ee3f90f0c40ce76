import { getAccount } from '@rollcall/domain/accounts/find-accounts';
import type { Account } from '@rollcall/domain/accounts/account';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { ProviderKindEnum } from '../enums.ts';

const PlanEnum = builder.enumType('Plan', {
  description: 'What the account has bought.',
  values: {
    STARTER: { value: 'starter', description: 'Without SCIM.' },
    ENTERPRISE: { value: 'enterprise', description: 'With SCIM.' },
    ENTERPRISE_PLUS: { value: 'enterprise_plus', description: 'With SCIM.' },
  } as const,
});

/** The account of the caller: the root of nearly everything. Areas add their fields to it. */
export const AccountRef = builder.objectRef<Account>('Account');

builder.node(AccountRef, {
  description:
    'The account that the caller belongs to. Fields that the caller may not read are null, with an error beside.',
  id: { resolve: ({ id }) => id },
  loadMany: (ids, context) =>
    Promise.all(ids.map(async (id) => (id === context.accountId ? readAccount(context) : null))),
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'The name that operators and sign-in know it by.' }),
    name: t.exposeString('name', { description: 'Its name for people.' }),
    plan: t.expose('plan', { type: PlanEnum, description: 'What the account has bought.' }),
    ssoProviderKind: t.expose('ssoProviderKind', {
      type: ProviderKindEnum,
      nullable: true,
      description: 'The kind of sign-on provider that is connected; null for none.',
      authScopes: { right: 'settings:read' },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

export function readAccount(context: AdminContext): Promise<Account> {
  return context.read((db) => getAccount(db, context.accountId));
}

builder.queryField('account', (t) =>
  t.field({
    type: AccountRef,
    description: 'The account of the caller.',
    resolve: (_root, _args, context) => readAccount(context),
  }),
);
