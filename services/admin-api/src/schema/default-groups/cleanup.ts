import type {
  CleanupGroup,
  CleanupLosses,
  DefaultGroupCleanup,
} from '@rollcall/domain/default-group-cleanup/cleanup';
import {
  countDefaultGroupCleanups,
  findDefaultGroupCleanups,
  listDefaultGroupCleanups,
} from '@rollcall/domain/default-group-cleanup/find-cleanups';
import { builder } from '../../graphql/builder.ts';
import { pageComplexity, resolveConnection } from '../../graphql/connections.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { AccountRef } from '../account/account.ts';
import { PermissionSetEnum } from '../enums.ts';
import { JobRef, jobs } from '../jobs/job.ts';
import { TokenCreatorRef } from '../token-fields.ts';
import { groupLoader } from '../groups/group-loaders.ts';
import { DefaultGroupEnum, GroupRef } from '../groups/group.ts';

const CleanupStateEnum = builder.enumType('DefaultGroupCleanupState', {
  description: 'How far a cleanup is.',
  values: {
    PLANNED: { value: 'planned', description: 'Nothing is changed yet. It can be applied for a day.' },
    RUNNING: { value: 'running', description: 'Its job takes people out of the groups.' },
    APPLIED: { value: 'applied', description: 'Done. It can be undone for 30 days.' },
    CANCELLED: { value: 'cancelled', description: 'Stopped in the middle. It can be undone for 30 days.' },
    UNDOING: { value: 'undoing', description: 'A job puts people back.' },
    UNDONE: { value: 'undone', description: 'What it took away is there again.' },
  } as const,
});

const CleanupGroupRef = builder.objectRef<CleanupGroup>('DefaultGroupCleanupGroup').implement({
  description: 'A default group that people leave, as it was when the plan was made.',
  fields: (t) => ({
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: 'The group as it is now; null when it was deleted.',
      resolve: ({ groupId }, _args, context) => context.loader(groupLoader).load(groupId),
    }),
    kind: t.expose('kind', { type: DefaultGroupEnum, description: 'Which default group it is.' }),
    displayName: t.exposeString('displayName', { description: 'Its name.' }),
    permissionSets: t.expose('permissionSets', {
      type: [PermissionSetEnum],
      description: 'What its members could do.',
    }),
    assignByDefault: t.exposeBoolean('assignByDefault', {
      description: 'Whether newcomers joined it by themselves.',
    }),
    leaving: t.exposeInt('leaving', { description: 'How many people the plan has leave.' }),
    kept: t.exposeInt('kept', { description: 'How many people the plan keeps.' }),
  }),
});

const LostPermissionSetRef = builder
  .objectRef<CleanupLosses['permissionSets'][number]>('LostPermissionSet')
  .implement({
    description: 'A permission set that people lose.',
    fields: (t) => ({
      permissionSet: t.expose('permissionSet', { type: PermissionSetEnum, description: 'Which one.' }),
      people: t.exposeInt('people', { description: 'How many active people have it from nowhere else.' }),
    }),
  });

const LostRightRef = builder.objectRef<CleanupLosses['rights'][number]>('LostRight').implement({
  description: 'A right that people lose.',
  fields: (t) => ({
    right: t.string({ description: 'Which one: `people:write`.', resolve: ({ right }) => right }),
    people: t.exposeInt('people', {
      description: 'How many active people have it from no other permission set of theirs.',
    }),
  }),
});

export const CleanupRef = builder.objectRef<DefaultGroupCleanup>('DefaultGroupCleanup');

builder.node(CleanupRef, {
  description:
    'Takes people out of the default groups once their groups come from the identity provider: planned first, then applied by a job, and undone at will for 30 days.',
  authScopes: { right: 'people:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('people:read')) return ids.map(() => null);
    const found = await context.read((db) => findDefaultGroupCleanups(db, context.accountId, ids));
    return ids.map((id) => found.find((cleanup) => cleanup.id === id) ?? null);
  },
  fields: (t) => ({
    state: t.expose('state', { type: CleanupStateEnum, description: 'How far it is.' }),
    groups: t.expose('groups', {
      type: [CleanupGroupRef],
      description: 'The groups that people leave, with how many go and stay.',
    }),
    keepUnmanaged: t.boolean({
      description: 'Whether people whom no identity provider manages stay where they are.',
      resolve: ({ options }) => options.keepUnmanaged,
    }),
    turnOffAssignByDefault: t.boolean({
      description: 'Whether applying it has newcomers no longer join these groups by themselves.',
      resolve: ({ options }) => options.turnOffAssignByDefault,
    }),
    signInsFillAgain: t.boolean({
      description:
        'Whether people who sign in will fill the groups again, since `assignByDefault` of one of them stays on.',
      resolve: ({ options, groups }) =>
        !options.turnOffAssignByDefault && groups.some(({ assignByDefault }) => assignByDefault),
    }),
    lostPermissionSets: t.field({
      type: [LostPermissionSetRef],
      description: 'The permission sets that people lose, as planned.',
      resolve: ({ losses }) => losses.permissionSets,
    }),
    lostRights: t.field({
      type: [LostRightRef],
      description: 'The rights that people lose, as planned.',
      resolve: ({ losses }) => losses.rights,
    }),
    settingsVersion: t.int({
      description: 'The version of the account’s settings that the plan was made from.',
      resolve: ({ madeFrom }) => madeFrom.settingsVersion,
    }),
    scimEnabled: t.boolean({
      description: 'Whether SCIM was on when the plan was made.',
      resolve: ({ madeFrom }) => madeFrom.scimEnabled,
    }),
    plannedBy: t.expose('plannedBy', { type: TokenCreatorRef, description: 'Who made the plan.' }),
    plannedAt: t.expose('plannedAt', {
      type: 'DateTime',
      description: 'The moment that the plan was made of.',
    }),
    startedBy: t.expose('startedBy', {
      type: TokenCreatorRef,
      nullable: true,
      description: 'Who applied it; null for a plan.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was applied; null for a plan.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When everybody had left, or it was stopped.',
    }),
    job: t.field({
      type: JobRef,
      nullable: true,
      description: 'The job that takes people out; null for a plan.',
      resolve: ({ jobId }, _args, context) => jobOf(jobId, context),
    }),
    undoableUntil: t.expose('undoableUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it can be undone; null for a plan.',
    }),
    undoJob: t.field({
      type: JobRef,
      nullable: true,
      description: 'The job that puts people back; null unless it is being, or was, undone.',
      resolve: ({ undoJobId }, _args, context) => jobOf(undoJobId, context),
    }),
    undoneAt: t.expose('undoneAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When everything was back.',
    }),
  }),
});

function jobOf(jobId: string | null, context: AdminContext) {
  return jobId === null ? null : context.loader(jobs).load(jobId);
}

builder.objectField(AccountRef, 'defaultGroupCleanups', (t) =>
  t.connection({
    type: CleanupRef,
    nullable: true,
    description: 'Plans that were not applied, of the last day, and cleanups that were; the newest first.',
    authScopes: { right: 'people:read' },
    complexity: pageComplexity,
    resolve: (_account, args, context) =>
      resolveConnection(
        args,
        (slice) => context.read((db) => listDefaultGroupCleanups(db, context.accountId, slice)),
        () => context.read((db) => countDefaultGroupCleanups(db, context.accountId)),
      ),
  }),
);
