import { type Caller } from '@rollcall/domain/admins/caller';
import { builder } from '../../graphql/builder.ts';
import { PermissionSetEnum } from '../enums.ts';
import { AccountRef, readAccount } from './account.ts';

const CallerKindEnum = builder.enumType('CallerKind', {
  description: 'What the caller is.',
  values: {
    USER: { description: 'A person who signed in.' },
    SERVICE_TOKEN: { description: 'A script with a service token.' },
  },
});

/** Who asks. Areas add what belongs to a signed-in person. */
export const ViewerRef = builder.objectRef<Caller>('Viewer').implement({
  description: 'Who asks: a signed-in person or a service token.',
  fields: (t) => ({
    kind: t.field({
      type: CallerKindEnum,
      description: 'Whether a person asks or a script.',
      resolve: ({ userId }) => (userId === null ? 'SERVICE_TOKEN' : 'USER'),
    }),
    name: t.string({
      description: 'The name of the token, or the user name of the person.',
      resolve: ({ actor }) => actor.name,
    }),
    permissionSets: t.expose('permissionSets', {
      type: [PermissionSetEnum],
      description: 'What they may do: of the person’s groups, or of the token.',
    }),
    rights: t.stringList({
      description: 'The same, right by right: `people:write`. A client shows what these allow.',
      resolve: ({ rights }) => [...rights].toSorted(),
    }),
    account: t.field({
      type: AccountRef,
      description: 'The account that they belong to.',
      resolve: (_viewer, _args, context) => readAccount(context),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerRef, description: 'Who asks.', resolve: (_root, _args, { caller }) => caller }),
);
