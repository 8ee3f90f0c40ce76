import { groupDifferencesOfUser, groupsOfUserAt } from '@rollcall/domain/history/groups-of-user';
import type { PastGroup } from '@rollcall/domain/history/groups-at';
import type { Difference } from '@rollcall/domain/history/difference';
import type { MembershipDifference } from '@rollcall/domain/history/membership-changes';
import type { Told } from '@rollcall/domain/history/unwind';
import { userAt, userDifference } from '@rollcall/domain/history/user-history';
import type { JsonObject } from '@rollcall/domain/json';
import { builder } from '../../graphql/builder.ts';
import { AuditEventRef } from '../logs/audit-event.ts';
import { UserRef } from '../users/user.ts';
import { FieldsDifferenceRef, stateOf } from './field-difference.ts';
import { PastGroupNameRef } from './groups-at.ts';
import { HISTORY_COMPLEXITY, readHistory, ToldRef } from './told.ts';

type UserThen = Told<JsonObject | null> & { readonly userId: string; readonly moment: Date };
type UserChange = Told<Difference> & {
  readonly userId: string;
  readonly span: { readonly from: Date; readonly to: Date };
};

const PastUserRef = builder.objectRef<UserThen>('PastUser').implement({
  interfaces: [ToldRef],
  description: 'A person as they were at a moment.',
  fields: (t) => ({
    existed: t.boolean({
      nullable: true,
      description: 'Whether they were there, deleted people included; null where that cannot be told.',
      resolve: (then) => (then.isKnown ? then.state !== null : null),
    }),
    fields: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What was known of them, by the names of the fields, without those that were empty: `state`, `userName`, `licenseType`, `attributes`.',
      resolve: (then) => stateOf(then),
    }),
    groups: t.field({
      type: [PastGroupNameRef],
      nullable: true,
      description: 'The groups that they were in, held memberships included; null where that cannot be told.',
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ userId, moment }, _args, context) => {
        const told = await readHistory(context, (queries) =>
          groupsOfUserAt(queries, context.accountId, userId, moment),
        );
        return told.isKnown ? [...told.state] : null;
      },
    }),
  }),
});

const GroupMembershipDifferenceRef = builder
  .objectRef<MembershipDifference & PastGroup>('GroupMembershipDifference')
  .implement({
    description:
      'A group that somebody is in at a later moment and was not in before, or the other way round.',
    fields: (t) => ({
      joined: t.exposeBoolean('joined', { description: 'True: joined. False: left.' }),
      group: t.field({ type: PastGroupNameRef, description: 'The group.', resolve: (change) => change }),
      event: t.expose('event', {
        type: AuditEventRef,
        description: 'What made it so in the end: by whom, by which request.',
      }),
    }),
  });

const UserDifferenceRef = builder.objectRef<UserChange>('UserDifference').implement({
  interfaces: [ToldRef],
  description: 'What became of a person from one moment to a later one.',
  fields: (t) => ({
    state: t.field({
      type: FieldsDifferenceRef,
      nullable: true,
      description: 'What is different of themselves; null where that cannot be told.',
      resolve: (change) => stateOf(change),
    }),
    groups: t.field({
      type: [GroupMembershipDifferenceRef],
      nullable: true,
      description: 'The groups that they joined and left; null where that cannot be told.',
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ userId, span }, _args, context) => {
        const told = await readHistory(context, (queries) =>
          groupDifferencesOfUser(queries, context.accountId, userId, span),
        );
        return told.isKnown ? [...told.state] : null;
      },
    }),
  }),
});

const UserHistoryRef = builder.objectRef<{ readonly userId: string }>('UserHistory').implement({
  description: 'A person as they were, told from the audit log.',
  fields: (t) => ({
    at: t.field({
      type: PastUserRef,
      nullable: true,
      description: 'The person at a moment.',
      args: { moment: t.arg({ type: 'DateTime', required: true, description: 'When.' }) },
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ userId }, { moment }, context) => ({
        ...(await readHistory(context, (queries) => userAt(queries, context.accountId, userId, moment))),
        userId,
        moment,
      }),
    }),
    difference: t.field({
      type: UserDifferenceRef,
      nullable: true,
      description: 'What changed from one moment to a later one, and who changed it.',
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'The earlier moment.' }),
        to: t.arg({ type: 'DateTime', required: true, description: 'The later moment.' }),
      },
      complexity: HISTORY_COMPLEXITY,
      resolve: async ({ userId }, span, context) => ({
        ...(await readHistory(context, (queries) =>
          userDifference(queries, context.accountId, userId, span.from, span.to),
        )),
        userId,
        span,
      }),
    }),
  }),
});

builder.objectField(UserRef, 'history', (t) =>
  t.field({
    type: UserHistoryRef,
    nullable: true,
    description: 'How they were at any moment since which audit events are kept, and who changed what.',
    authScopes: { right: 'logs:read' },
    resolve: ({ id }) => ({ userId: id }),
  }),
);
