import { type EmailChange, findLivingEmailChanges } from '@rollcall/domain/invitations/list-email-changes';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { UserRef } from '../users/user.ts';

const EmailChangeRef = builder.objectRef<EmailChange>('EmailChange').implement({
  description: 'A changed e-mail address that waits to be confirmed from its own mailbox.',
  fields: (t) => ({
    address: t.exposeString('address', { description: 'The new address, where the mail went.' }),
    requestedAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked.' }),
  }),
});

builder.objectField(UserRef, 'emailChange', (t) =>
  t.field({
    type: EmailChangeRef,
    nullable: true,
    description: 'A change of their address that waits; null for none.',
    authScopes: { right: 'people:read' },
    resolve: ({ id }, _args, context) => context.loader(livingChanges).load(id),
  }),
);

function livingChanges(context: AdminContext): DataLoader<string, EmailChange | null> {
  return new DataLoader(async (userIds) => {
    const found = await context.read((db) => findLivingEmailChanges(db, context.accountId, userIds));
    return userIds.map((userId) => found.find((change) => change.userId === userId) ?? null);
  });
}
