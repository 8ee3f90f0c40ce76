import type { ReactNode } from 'react';
import { graphql, type Json } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { usePolling } from '../../api/use-polling.ts';
import { useRight } from '../../frame/viewer.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { jobKinds, jobStates, words } from '../../words/jobs.ts';
import { DeadLetters } from './dead-letters.tsx';
import { JobResult } from './job-result.tsx';
import { nameOfJob } from './job-name.ts';
import { ProgressBar } from './progress-bar.tsx';

const PAGE_SIZE = 50;
const FILTERS = ['kind', 'state'] as const;

const JOBS = graphql(`
  query Jobs($first: Int, $after: String, $last: Int, $before: String, $filter: JobFilter) {
    account {
      jobs(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        totalCount
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        edges {
          node {
            id
            kind
            state
            createdAt
            startedBy {
              name
            }
            progress {
              done
              total
            }
            pollAfterMs
            error
            result
          }
        }
      }
    }
  }
`);

interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: keyof typeof jobStates;
  readonly createdAt: string;
  readonly startedBy: { readonly name: string };
  readonly progress: { readonly done: number; readonly total: number | null };
  readonly error: string | null;
  readonly result: Json;
}

const TONES: Record<keyof typeof jobStates, Tone> = {
  QUEUED: 'waiting',
  RUNNING: 'waiting',
  SUCCEEDED: 'good',
  FAILED: 'bad',
};

const COLUMNS: readonly Column<Job>[] = [
  { title: words.columns.work, cell: ({ kind }) => nameOfJob(kind) },
  { title: words.columns.state, cell: ({ state }) => <Badge tone={TONES[state]}>{jobStates[state]}</Badge> },
  { title: words.columns.result, cell: (job) => <ProgressOrResult job={job} /> },
  {
    title: words.columns.startedBy,
    cell: ({ startedBy: { name } }) => <bdi>{name}</bdi>,
    isSecondary: true,
  },
  { title: words.columns.created, cell: ({ createdAt }) => <Time at={createdAt} />, isSecondary: true },
];

export function JobsPage(): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const kind = chosen(state, 'kind', jobKinds);
  const jobState = chosen(state, 'state', jobStates);
  const answer = useAnswer(JOBS, {
    ...state.page,
    filter: {
      ...(kind !== undefined && { kinds: [kind] }),
      ...(jobState !== undefined && { states: [jobState] }),
    },
  });
  const jobs = answer.data?.account.jobs;
  usePolling(answer, jobs?.edges.find(({ node }) => node.pollAfterMs !== null)?.node.pollAfterMs);
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  const maySeeDeadLetters = useRight('settings:read');
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Filters state={state} names={FILTERS}>
        <ChoiceFilter state={state} label={words.kind} name="kind" choices={jobKinds} />
        <ChoiceFilter state={state} label={words.state} name="state" choices={jobStates} />
      </Filters>
      <Loaded answer={answer}>
        {({ account: { jobs } }) => (
          <DataTable
            caption={words.caption}
            columns={COLUMNS}
            rows={jobs?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            state={state}
            {...(jobs !== null && { page: jobs.pageInfo, total: jobs.totalCount })}
            empty={
              isFiltered ? (
                <Empty title={common.lists.nothingMatches} />
              ) : (
                <Empty title={words.emptyTitle}>{words.empty}</Empty>
              )
            }
          />
        )}
      </Loaded>
      {maySeeDeadLetters && <DeadLetters />}
    </>
  );
}

function ProgressOrResult({ job: { kind, state, progress, error, result } }: { job: Job }): ReactNode {
  switch (state) {
    case 'QUEUED':
      return words.waiting;
    case 'RUNNING':
      return <ProgressBar name={nameOfJob(kind)} done={progress.done} total={progress.total} />;
    case 'SUCCEEDED':
      return <JobResult result={result} />;
    case 'FAILED':
      return error;
  }
}
