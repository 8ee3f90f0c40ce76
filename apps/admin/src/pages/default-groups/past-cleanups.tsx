import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/notices.tsx';
import { Day, Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { cleanupStates, words } from '../../words/default-groups.ts';

const PAGE_SIZE = 20;

const CLEANUPS = graphql(`
  query Cleanups($first: Int, $after: String, $last: Int, $before: String) {
    account {
      defaultGroupCleanups(first: $first, after: $after, last: $last, before: $before) {
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
            state
            plannedAt
            undoableUntil
            plannedBy {
              name
            }
            groups {
              leaving
            }
          }
        }
      }
    }
  }
`);

interface Cleanup {
  readonly id: string;
  readonly state: keyof typeof cleanupStates;
  readonly plannedAt: string;
  readonly undoableUntil: string | null;
  readonly plannedBy: { readonly name: string };
  readonly groups: readonly { readonly leaving: number }[];
}

export const CLEANUP_TONES: Record<keyof typeof cleanupStates, Tone> = {
  PLANNED: 'waiting',
  RUNNING: 'waiting',
  APPLIED: 'good',
  CANCELLED: 'quiet',
  UNDOING: 'waiting',
  UNDONE: 'quiet',
};

const COLUMNS: readonly Column<Cleanup>[] = [
  { title: words.past.columns.planned, cell: ({ plannedAt }) => <Time at={plannedAt} /> },
  {
    title: words.past.columns.by,
    cell: ({ plannedBy: { name } }) => <bdi>{name}</bdi>,
    isSecondary: true,
  },
  {
    title: words.past.columns.state,
    cell: ({ state }) => <Badge tone={CLEANUP_TONES[state]}>{cleanupStates[state]}</Badge>,
  },
  {
    title: words.past.columns.leaving,
    cell: ({ groups }) => groups.reduce((sum, { leaving }) => sum + leaving, 0).toLocaleString('en'),
  },
  {
    title: words.past.columns.undo,
    cell: ({ undoableUntil, state }) =>
      undoableUntil === null || state === 'UNDONE' ? common.none : <Day at={undoableUntil} />,
    isSecondary: true,
  },
];

/** Plans of the last day, and cleanups that were applied, the newest first. */
export function PastCleanups(): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const answer = useAnswer(CLEANUPS, state.page);
  return (
    <Stack gap="xs" component="section" aria-label={words.past.title}>
      <Title order={2} size="h4">
        {words.past.title}
      </Title>
      <Loaded answer={answer}>
        {({ account: { defaultGroupCleanups: cleanups } }) => (
          <DataTable
            caption={words.past.caption}
            columns={COLUMNS}
            rows={cleanups?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            linkOf={({ id }) => paths.cleanup(id)}
            state={state}
            {...(cleanups !== null && { page: cleanups.pageInfo, total: cleanups.totalCount })}
            empty={<Text size="sm">{words.past.empty}</Text>}
          />
        )}
      </Loaded>
    </Stack>
  );
}
