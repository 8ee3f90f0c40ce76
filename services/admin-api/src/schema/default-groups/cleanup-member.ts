import {
  type CleanupMember,
  countCleanupMembers,
  listCleanupMembers,
} from '@rollcall/domain/default-group-cleanup/list-cleanup-members';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import { encodeGlobalId } from '../../graphql/global-ids.ts';
import { PermissionSetEnum } from '../enums.ts';
import { userLoader } from '../users/user-loader.ts';
import { UserRef } from '../users/user.ts';
import { CleanupRef } from './cleanup.ts';
import { DefaultGroupEnum } from '../groups/group.ts';

const KeptReasonEnum = builder.enumType('DefaultGroupCleanupKeptReason', {
  description: 'Why somebody stays in a default group.',
  values: {
    LAST_ACCOUNT_ADMIN: {
      value: 'last_account_admin',
      description: 'Nobody else would administer the account.',
    },
    NO_OTHER_GROUP: { value: 'no_other_group', description: 'They would be in no group at all.' },
    NOT_SCIM_MANAGED: {
      value: 'not_scim_managed',
      description: 'No identity provider manages them, and the plan keeps such people.',
    },
    APPLIES_IT: {
      value: 'applies_it',
      description: 'They plan or apply the cleanup: another administrator takes them out of Owner.',
    },
  } as const,
});

const PlannedEnum = builder.enumType('DefaultGroupCleanupDecision', {
  description: 'What the plan says of somebody in a default group.',
  values: {
    LEAVE: { value: 'leave', description: 'They leave it.' },
    KEEP: { value: 'keep', description: 'They stay in it.' },
  } as const,
});

const OutcomeEnum = builder.enumType('DefaultGroupCleanupOutcome', {
  description: 'What became of a membership that the plan takes away.',
  values: {
    REMOVED: { value: 'removed', description: 'It was taken away.' },
    KEPT: { value: 'kept', description: 'It was kept after all: see `keptFor`.' },
    GONE: { value: 'gone', description: 'It was not there any more, or is another one by now.' },
    RESTORED: { value: 'restored', description: 'Undoing put it back.' },
    RETURNED: { value: 'returned', description: 'It had come back by another way before undoing.' },
    PERSON_GONE: { value: 'person_gone', description: 'The person was deleted before undoing.' },
  } as const,
});

const CleanupMemberRef = builder.objectRef<CleanupMember>('DefaultGroupCleanupMember').implement({
  description: 'Somebody in one of the default groups that a cleanup is about.',
  fields: (t) => ({
    user: t.field({
      type: UserRef,
      nullable: true,
      description: 'The person; null when they were erased meanwhile.',
      resolve: ({ userId }, _args, { loader }) => loader(userLoader).load(userId),
    }),
    userId: t.id({ description: 'The user.', resolve: ({ userId }) => encodeGlobalId('User', userId) }),
    userName: t.exposeString('userName', { description: 'Their user name.' }),
    group: t.expose('kind', { type: DefaultGroupEnum, description: 'The group.' }),
    planned: t.expose('planned', { type: PlannedEnum, description: 'What the plan says.' }),
    keptFor: t.expose('keptFor', {
      type: KeptReasonEnum,
      nullable: true,
      description: 'Why they stay; null for those who leave.',
    }),
    outcome: t.expose('outcome', {
      type: OutcomeEnum,
      nullable: true,
      description: 'What became of it; null before the job came to it, and for those whom the plan keeps.',
    }),
    lostPermissionSets: t.expose('lostPermissionSets', {
      type: [PermissionSetEnum],
      description: 'What no other group gives to somebody who leaves.',
    }),
    lostRights: t.stringList({
      description: 'The rights that somebody who leaves has from nowhere else: `people:write`.',
      resolve: ({ lostRights }) => [...lostRights],
    }),
  }),
});

const CleanupMemberFilter = builder.inputType('DefaultGroupCleanupMemberFilter', {
  description: 'Which people of a cleanup are meant; all conditions hold.',
  fields: (t) => ({
    group: t.field({ type: DefaultGroupEnum, description: 'Of that group alone.' }),
    planned: t.field({ type: PlannedEnum, description: 'Of whom the plan says that.' }),
    outcome: t.field({ type: [OutcomeEnum], description: 'With one of these outcomes.' }),
  }),
});

builder.objectField(CleanupRef, 'members', (t) =>
  t.connection({
    type: CleanupMemberRef,
    description:
      'Everybody in these groups when the plan was made, each group by itself: who leaves, who stays, and why.',
    args: { filter: t.arg({ type: CleanupMemberFilter, description: 'Which people are meant.' }) },
    complexity: pageComplexity,
    resolve: ({ id, groups }, { filter, ...args }, context) => {
      const chosen = {
        groupId: groups.find(({ kind }) => kind === filter?.group)?.groupId,
        planned: filter?.planned ?? undefined,
        outcomes: filter?.outcome ?? undefined,
      };
      return resolveConnection(
        args,
        (slice) => context.read((db) => listCleanupMembers(db, context.accountId, id, chosen, slice)),
        () => context.read((db) => countCleanupMembers(db, context.accountId, id, chosen)),
      );
    },
  }),
);
