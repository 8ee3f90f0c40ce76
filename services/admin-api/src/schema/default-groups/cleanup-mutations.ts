import { cancelDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/cancel-default-group-cleanup';
import { planDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/plan-default-group-cleanup';
import { startDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/start-default-group-cleanup';
import { undoDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/undo-default-group-cleanup';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import { Conflict, NotFound, PlanChanged, Refused } from '../../graphql/user-errors.ts';
import { CleanupRef } from './cleanup.ts';
import { DefaultGroupEnum } from '../groups/group.ts';

builder.relayMutationField(
  'defaultGroupCleanupPlan',
  {
    description: 'What a cleanup is to do.',
    inputFields: (t) => ({
      groups: t.field({
        type: [DefaultGroupEnum],
        defaultValue: ['owner', 'member', 'everyone'] as const,
        description: 'The default groups that people leave.',
      }),
      keepUnmanaged: t.boolean({
        defaultValue: true,
        description: 'Whether people whom no identity provider manages stay where they are.',
      }),
      turnOffAssignByDefault: t.boolean({
        defaultValue: true,
        description:
          'Whether newcomers no longer join these groups by themselves. Without that, sign-ins fill them again.',
      }),
      idempotencyKey: t.string({ description: 'Makes the request safe to repeat: a random UUID.' }),
    }),
  },
  {
    description:
      'Says who would leave which default group, who is kept, and why. Nothing is changed by it. The plan can be applied for a day; an account keeps its five newest ones.',
    authScopes: { right: 'people:write' },
    errors: { types: [Conflict, NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const options = {
        groups: input.groups ?? [],
        keepUnmanaged: input.keepUnmanaged ?? true,
        turnOffAssignByDefault: input.turnOffAssignByDefault ?? true,
        idempotencyKey: input.idempotencyKey ?? undefined,
      };
      return write(async (trx) => ({
        cleanup: await planDefaultGroupCleanup(trx, caller, accountId, options, now),
      }));
    },
  },
  {
    description: 'A plan was made.',
    outputFields: (t) => ({
      cleanup: t.field({ type: CleanupRef, description: 'The plan.', resolve: ({ cleanup }) => cleanup }),
    }),
  },
);

builder.relayMutationField(
  'defaultGroupCleanupStart',
  {
    description: 'A plan to apply.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The plan.' }) }),
  },
  {
    description:
      'Applies a plan by a job, once: doing it again changes nothing. Refused where the account changed in a way that makes a step unsafe.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, PlanChanged, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({
        cleanup: await startDefaultGroupCleanup(trx, caller, accountId, cleanupId(input), now),
      })),
  },
  {
    description: 'The job is queued, or was before.',
    outputFields: (t) => ({
      cleanup: t.field({
        type: CleanupRef,
        description: 'The cleanup, with its job.',
        resolve: ({ cleanup }) => cleanup,
      }),
    }),
  },
);

builder.relayMutationField(
  'defaultGroupCleanupCancel',
  {
    description: 'A cleanup to stop.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The cleanup.' }) }),
  },
  {
    description:
      'Stops a cleanup between two batches. What it took away until then stays away, and can be undone.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({
        cleanup: await cancelDefaultGroupCleanup(trx, caller, accountId, cleanupId(input), now),
      })),
  },
  {
    description: 'It is stopped.',
    outputFields: (t) => ({
      cleanup: t.field({ type: CleanupRef, description: 'The cleanup.', resolve: ({ cleanup }) => cleanup }),
    }),
  },
);

builder.relayMutationField(
  'defaultGroupCleanupUndo',
  {
    description: 'A cleanup to undo.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The cleanup.' }) }),
  },
  {
    description:
      'Puts back exactly the memberships and settings that a cleanup took away, by a job; deleted default groups are made again. It needs every right that the groups give. Possible for 30 days; doing it again changes nothing.',
    authScopes: { right: 'people:write' },
    errors: { types: [NotFound, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({
        cleanup: await undoDefaultGroupCleanup(trx, caller, accountId, cleanupId(input), now),
      })),
  },
  {
    description: 'The job is queued, or was before.',
    outputFields: (t) => ({
      cleanup: t.field({
        type: CleanupRef,
        description: 'The cleanup, with its job.',
        resolve: ({ cleanup }) => cleanup,
      }),
    }),
  },
);

function cleanupId({ id }: { id: string }): string {
  return rowId(id, 'DefaultGroupCleanup');
}
