import { operatorCaller } from '@rollcall/domain/admins/caller';
import { cancelDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/cancel-default-group-cleanup';
import {
  DEFAULT_GROUP_KINDS,
  type DefaultGroupCleanup,
} from '@rollcall/domain/default-group-cleanup/cleanup';
import {
  findDefaultGroupCleanup,
  listDefaultGroupCleanups,
} from '@rollcall/domain/default-group-cleanup/find-cleanups';
import {
  type CleanupMember,
  listCleanupMembers,
} from '@rollcall/domain/default-group-cleanup/list-cleanup-members';
import { planDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/plan-default-group-cleanup';
import { startDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/start-default-group-cleanup';
import { undoDefaultGroupCleanup } from '@rollcall/domain/default-group-cleanup/undo-default-group-cleanup';
import { NotFoundError } from '@rollcall/domain/errors';
import { deleteDefaultGroup } from '@rollcall/domain/groups/delete-default-group';
import { listDefaultGroups } from '@rollcall/domain/groups/list-default-groups';
import { findJobs, type Job } from '@rollcall/domain/jobs/jobs';
import { Argument, type Command, Option } from 'commander';
import { numberUpTo } from '../option-values.ts';
import { dateOrNothing, facts, itemsOf, printable, printResult, table } from '../output.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount, withAccount } from '../with-database.ts';

const DEFAULT_LIMIT = 20;
const MOST_NAMED = 1000;
const EXAMPLE_ID = '0192f0c4-6f0a-7000-8000-000000000001';

type Kind = (typeof DEFAULT_GROUP_KINDS)[number];

interface PlanOptions extends OutputOptions {
  group?: Kind[];
  keepUnmanaged?: boolean;
  keepAssigning?: boolean;
}

interface StatusOptions extends OutputOptions {
  limit: number;
}

export function addDefaultGroupsCommands(program: Command): void {
  const defaultGroups = addNoun(
    program,
    'default-groups',
    'Take people out of Owner, Member and Everyone once their groups come from the identity provider',
  );
  addVerb(defaultGroups, 'plan <account>', {
    does: 'Say who would leave which default group, who is kept and why. Nothing is changed; the plan can be applied for a day.',
    example: 'default-groups plan acme --keep-unmanaged',
  })
    .addOption(
      new Option('--group <group...>', 'which default groups people leave').choices(DEFAULT_GROUP_KINDS),
    )
    .option('--keep-unmanaged', 'leave people where they are whom SCIM does not manage')
    .option('--keep-assigning', 'leave assignByDefault on: sign-ins fill the groups again')
    .action(plan);
  addVerb(defaultGroups, 'status <account> [id]', {
    does: 'Show a plan or cleanup with its progress and the people whom it is about; without an id, list them all.',
    example: `default-groups status acme ${EXAMPLE_ID}`,
  })
    .option('--limit <number>', 'how many people, or cleanups', numberUpTo(MOST_NAMED), DEFAULT_LIMIT)
    .action(status);
  addVerb(defaultGroups, 'delete <account>', {
    does: 'Delete a default group in which nobody is any more; its name is then free for the identity provider.',
    example: 'default-groups delete acme everyone',
  })
    .addArgument(new Argument('<group>', 'which one').choices(DEFAULT_GROUP_KINDS))
    .action(deleteGroup);
  for (const { verb, does, change } of CHANGES) {
    addVerb(defaultGroups, `${verb} <account> <id>`, {
      does,
      example: `default-groups ${verb} acme ${EXAMPLE_ID}`,
    }).action(async (reference: string, id: string, options: OutputOptions) => {
      const cleanup = await changeAccount(reference, (trx, actor, account, now) =>
        change(trx, operatorCaller(actor), account.id, id, now),
      );
      printResult(options, { cleanup: described(cleanup) }, cleanupFacts(cleanup, undefined));
    });
  }
}

const CHANGES = [
  {
    verb: 'apply',
    does: 'Apply a plan: the worker takes people out, in batches. Again, it begins anew what failed.',
    change: startDefaultGroupCleanup,
  },
  {
    verb: 'cancel',
    does: 'Stop a cleanup between two batches. What it did stays done, and can be undone.',
    change: cancelDefaultGroupCleanup,
  },
  {
    verb: 'undo',
    does: 'Have the worker put back exactly what a cleanup took away, within 30 days.',
    change: undoDefaultGroupCleanup,
  },
] as const;

async function plan(
  reference: string,
  { group, keepUnmanaged = false, keepAssigning = false, ...options }: PlanOptions,
): Promise<void> {
  const cleanup = await changeAccount(reference, (trx, actor, account, now) =>
    planDefaultGroupCleanup(
      trx,
      operatorCaller(actor),
      account.id,
      {
        groups: group ?? [...DEFAULT_GROUP_KINDS],
        keepUnmanaged,
        turnOffAssignByDefault: !keepAssigning,
      },
      now,
    ),
  );
  await show(reference, cleanup.id, { ...options, limit: DEFAULT_LIMIT });
}

async function status(reference: string, id: string | undefined, options: StatusOptions): Promise<void> {
  await (id === undefined ? list(reference, options) : show(reference, id, options));
}

async function show(reference: string, id: string, { limit, ...options }: StatusOptions): Promise<void> {
  const { cleanup, jobs, members } = await withAccount(reference, async (db, account) => {
    const found = await findDefaultGroupCleanup(db, account.id, id);
    const jobIds = [found.jobId, found.undoJobId].filter((jobId) => jobId !== null);
    const slice = { behind: undefined, backward: false, limit };
    return {
      cleanup: found,
      jobs: await findJobs(db, account.id, jobIds),
      members: itemsOf(await listCleanupMembers(db, account.id, id, {}, slice)),
    };
  });
  const latest = jobs.find(({ id: jobId }) => jobId === (cleanup.undoJobId ?? cleanup.jobId));
  const rows = members.map((member) => [member.userName, member.kind, becomes(member)]);
  printResult(
    options,
    { cleanup: described(cleanup), job: latest === undefined ? null : jobOf(latest), members },
    [
      cleanupFacts(cleanup, latest),
      ...(rows.length === 0 ? [] : ['', table(['USER NAME', 'GROUP', 'WHAT BECOMES OF THEM'], rows)]),
      ...(rows.length === limit ? ['There may be more: ask for them with --limit.'] : []),
    ].join('\n'),
  );
}

async function list(reference: string, { limit, ...options }: StatusOptions): Promise<void> {
  const rows = await withAccount(reference, (db, account) =>
    listDefaultGroupCleanups(db, account.id, { behind: undefined, backward: false, limit }),
  );
  const cleanups = itemsOf(rows);
  printResult(
    options,
    { cleanups: cleanups.map(described) },
    cleanups.length === 0
      ? 'There is no plan and no cleanup.'
      : table(
          ['ID', 'STATE', 'PLANNED', 'BY', 'GROUPS'],
          cleanups.map(({ id, state, plannedAt, plannedBy, groups }) => [
            id,
            state,
            plannedAt.toISOString(),
            plannedBy.name,
            groups.map(({ displayName }) => displayName).join(', '),
          ]),
        ),
  );
}

async function deleteGroup(reference: string, kind: Kind, options: OutputOptions): Promise<void> {
  const group = await changeAccount(reference, async (trx, actor, account, now) => {
    const groups = await listDefaultGroups(trx, account.id);
    const found = groups.find(({ defaultGroup }) => defaultGroup === kind);
    if (found === undefined) throw new NotFoundError(`The account has no default group ${kind} any more.`);
    await deleteDefaultGroup(trx, operatorCaller(actor), account.id, found.id, now);
    return found;
  });
  printResult(options, { deleted: kind, id: group.id }, `${printable(group.displayName)} is deleted.`);
}

function described({ accountId: _account, ...cleanup }: DefaultGroupCleanup): object {
  return cleanup;
}

function jobOf({ id, kind, state, progress, error }: Job): object {
  return { id, kind, state, progress, error };
}

function cleanupFacts(cleanup: DefaultGroupCleanup, job: Job | undefined): string {
  const { id, state, groups, losses, options, undoableUntil } = cleanup;
  return facts([
    ['Cleanup', id],
    ['State', state],
    ...groups.map(
      ({ displayName, leaving, kept }) => [displayName, `${leaving} leave, ${kept} are kept`] as const,
    ),
    [
      'Lost permission sets',
      losses.permissionSets.map(({ permissionSet, people }) => `${permissionSet} by ${people}`).join(', ') ||
        'none',
    ],
    [
      'assignByDefault',
      options.turnOffAssignByDefault ? 'is turned off' : 'stays on: sign-ins fill the groups again',
    ],
    ['Can be undone until', dateOrNothing(undoableUntil)],
    ...(job === undefined ? [] : [['Job', progressOf(job)] as const]),
  ]);
}

function progressOf({ state, progress, error }: Job): string {
  const done = progress.total === null ? `${progress.done}` : `${progress.done} of ${progress.total}`;
  return `${state}, ${done}${error === null ? '' : `: ${error}`}`;
}

const KEPT_FOR: Record<NonNullable<CleanupMember['keptFor']>, string> = {
  last_account_admin: 'nobody else would administer the account',
  no_other_group: 'they would be in no group at all',
  not_scim_managed: 'SCIM does not manage them',
  applies_it: 'they apply it',
};

function becomes({ planned, keptFor, outcome, lostPermissionSets }: CleanupMember): string {
  const reason = keptFor === null ? '' : `: ${KEPT_FOR[keptFor]}`;
  const lost = lostPermissionSets.length === 0 ? '' : `, losing ${lostPermissionSets.join(', ')}`;
  if (planned === 'keep') return `stays${reason}`;
  return `${outcome === null ? 'leaves' : outcome.replace('_', ' ')}${reason}${lost}`;
}
