import type { Difference } from '@rollcall/domain/history/difference';
import { currentGroup, groupAt, groupDifference } from '@rollcall/domain/history/group-history';
import {
  countMemberDifferences,
  countMembersOfGroupAt,
  memberDifferences,
  membersOfGroupAt,
} from '@rollcall/domain/history/members-of-group';
import type { MembershipDifference } from '@rollcall/domain/history/membership-changes';
import type { Told } from '@rollcall/domain/history/unwind';
import type { JsonObject } from '@rollcall/domain/json';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity } from '../../graphql/connections.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { NotFound } from '../../graphql/user-errors.ts';
import { AccountRef } from '../account/account.ts';
import { GroupRef } from '../groups/group.ts';
import { AuditEventRef } from '../logs/audit-event.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { FieldsDifferenceRef, stateOf } from './field-difference.ts';
import { HISTORY_COMPLEXITY, readHistory, toldConnection, ToldRef } from './told.ts';

type GroupThen = Told<JsonObject | null> & { readonly groupId: string; readonly moment: Date };
type GroupChange = Told<Difference> & {
  readonly groupId: string;
  readonly span: { readonly from: Date; readonly to: Date };
};

const PastMemberRef = builder.objectRef<{ readonly userId: string }>('PastMember').implement({
  description: 'Somebody who was in a group.',
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person as they are now, also a deleted one.',
      resolve: ({ userId }, _args, context) => context.loader(userLoader).load(userId),
    }),
  }),
});

const PastGroupRef = builder.objectRef<GroupThen>('PastGroup').implement({
  interfaces: [ToldRef],
  description: 'A group as it was at a moment.',
  fields: (t) => ({
    existed: t.boolean({
      nullable: true,
      description: 'Whether it was there; null where that cannot be told.',
      resolve: (then) => (then.isKnown ? then.state !== null : null),
    }),
    fields: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The group itself, by the names of the fields, without those that were empty: `displayName`, `scimManaged`, `permissionSets`, `idpGroups` (its SSO mapping), `attributes`.',
      resolve: (then) => stateOf(then),
    }),
    members: t.connection({
      type: PastMemberRef,
      nullable: true,
      description: 'Who was in it, held memberships included; null where that cannot be told.',
      complexity: (args) => ({ ...pageComplexity(args), field: HISTORY_COMPLEXITY }),
      resolve: ({ groupId, moment }, args, context) =>
        toldConnection(
          context,
          args,
          async (queries, page) => {
            const told = await membersOfGroupAt(queries, context.accountId, groupId, moment, page);
            return told.isKnown ? { ...told, state: told.state.map((userId) => ({ userId })) } : told;
          },
          (queries) => countMembersOfGroupAt(queries, context.accountId, groupId, moment),
          ({ userId }) => userId,
        ),
    }),
  }),
});

const MemberDifferenceRef = builder
  .objectRef<MembershipDifference & { readonly userId: string }>('MemberDifference')
  .implement({
    description:
      'Somebody who is in a group at a later moment and was not in it before, or the other way round.',
    fields: (t) => ({
      joined: t.exposeBoolean('joined', { description: 'True: joined. False: left.' }),
      user: t.field({
        type: UserRef,
        nullable: true,
        description: 'The person as they are now, also a deleted one.',
        resolve: ({ userId }, _args, context) => context.loader(userLoader).load(userId),
      }),
      event: t.expose('event', {
        type: AuditEventRef,
        description: 'What made it so in the end: by whom, by which request.',
      }),
    }),
  });

const GroupDifferenceRef = builder.objectRef<GroupChange>('GroupDifference').implement({
  interfaces: [ToldRef],
  description: 'What became of a group from one moment to a later one.',
  fields: (t) => ({
    state: t.field({
      type: FieldsDifferenceRef,
      nullable: true,
      description: 'What is different of the group itself; null where that cannot be told.',
      resolve: (change) => stateOf(change),
    }),
    members: t.connection({
      type: MemberDifferenceRef,
      nullable: true,
      description: 'Who joined and left; null where that cannot be told.',
      complexity: (args) => ({ ...pageComplexity(args), field: HISTORY_COMPLEXITY }),
      resolve: ({ groupId, span }, args, context) =>
        toldConnection(
          context,
          args,
          (queries, page) => memberDifferences(queries, context.accountId, groupId, span, page),
          (queries) => countMemberDifferences(queries, context.accountId, groupId, span),
          ({ userId }) => userId,
        ),
    }),
  }),
});

const GroupHistoryRef = builder.objectRef<{ readonly groupId: string }>('GroupHistory').implement({
  description: 'A group as it was, told from the audit log.',
  fields: (t) => ({
    at: t.field({
      type: PastGroupRef,
      nullable: true,
      description: 'The group at a moment.',
      args: { moment: t.arg({ type: 'DateTime', required: true, description: 'When.' }) },
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ groupId }, { moment }, context) => ({
        ...(await readHistory(context, (queries) => groupAt(queries, context.accountId, groupId, moment))),
        groupId,
        moment,
      }),
    }),
    difference: t.field({
      type: GroupDifferenceRef,
      nullable: true,
      description: 'What changed from one moment to a later one, and who changed it.',
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'The earlier moment.' }),
        to: t.arg({ type: 'DateTime', required: true, description: 'The later moment.' }),
      },
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ groupId }, span, context) => ({
        ...(await readHistory(context, (queries) =>
          groupDifference(queries, context.accountId, groupId, span.from, span.to),
        )),
        groupId,
        span,
      }),
    }),
  }),
});

builder.objectField(GroupRef, 'history', (t) =>
  t.field({
    type: GroupHistoryRef,
    nullable: true,
    description: 'How it was at any moment since which audit events are kept, and who changed what.',
    authScopes: { right: 'logs:read' },
    resolve: ({ id }) => ({ groupId: id }),
  }),
);

builder.objectField(AccountRef, 'groupHistory', (t) =>
  t.field({
    type: GroupHistoryRef,
    nullable: true,
    description: 'The same of a group that may be deleted; null where there is none, and no event of one.',
    authScopes: { right: 'logs:read' },
    args: { group: t.arg.id({ required: true, description: 'The id of the group.' }) },
    resolve: async (_account, { group }, context) => {
      const groupId = rowId(group, 'Group');
      return readHistory(context, (queries) => currentGroup(queries, context.accountId, groupId)).then(
        () => ({ groupId }),
        (error: unknown) => {
          if (error instanceof NotFound) return null;
          throw error;
        },
      );
    },
  }),
);
