import { Anchor } from '@mantine/core';
import type { ResultOf } from 'gql.tada';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters, SearchFilter } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/invitations.ts';
import { InvitationChanges } from './invitation-changes.tsx';

const PAGE_SIZE = 50;
const FILTERS = ['search', 'state'] as const;

const INVITATIONS = graphql(`
  query Invitations($first: Int, $after: String, $last: Int, $before: String, $filter: InvitationFilter) {
    account {
      invitations(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
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
            address
            state
            createdAt
            expiresAt
            endedAt
            user {
              id
              name
              state
              invitation {
                id
              }
            }
          }
        }
      }
    }
  }
`);

type Invitation = NonNullable<
  ResultOf<typeof INVITATIONS>['account']['invitations']
>['edges'][number]['node'];

const TONES: Record<Invitation['state'], Tone> = {
  OPEN: 'waiting',
  ACCEPTED: 'good',
  REVOKED: 'quiet',
  REPLACED: 'quiet',
  EXPIRED: 'bad',
};

const COLUMNS: readonly Column<Invitation>[] = [
  {
    title: words.columns.person,
    cell: ({ user }) => (user === null ? words.gone : <Person user={user} />),
  },
  { title: words.columns.address, cell: ({ address }) => address, isSecondary: true },
  {
    title: words.columns.state,
    cell: ({ state }) => <Badge tone={TONES[state]}>{words.states[state]}</Badge>,
  },
  { title: words.columns.sent, cell: ({ createdAt }) => <Time at={createdAt} />, isSecondary: true },
  {
    title: words.columns.ends,
    cell: ({ endedAt, expiresAt }) => <Time at={endedAt ?? expiresAt} />,
    isSecondary: true,
  },
];

/** What can be done about it: not where a newer one took its place, nor once the person came in. */
const CHANGE: Column<Invitation> = {
  title: words.columns.action,
  cell: ({ id, state, user }) => {
    if (user === null || user.state !== 'INVITED') return null;
    const isLast = user.invitation === null || user.invitation.id === id;
    return (
      isLast &&
      state !== 'REPLACED' && (
        <InvitationChanges userId={user.id} name={user.name} isOpen={state === 'OPEN'} />
      )
    );
  },
};

export function InvitationsPage(): ReactNode {
  const mayWrite = useRight('people:write');
  const state = useSearchState(PAGE_SIZE);
  const search = state.get('search');
  const invited = chosen(state, 'state', words.states);
  const answer = useAnswer(INVITATIONS, {
    ...state.page,
    filter: {
      ...(search !== undefined && { search }),
      ...(invited !== undefined && { states: [invited] }),
    },
  });
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={words.search} />
        <ChoiceFilter state={state} label={words.state} name="state" choices={words.states} />
      </Filters>
      <Loaded answer={answer}>
        {({ account: { invitations } }) => (
          <DataTable
            caption={words.caption}
            columns={mayWrite ? [...COLUMNS, CHANGE] : COLUMNS}
            rows={invitations?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            state={state}
            {...(invitations !== null && { page: invitations.pageInfo, total: invitations.totalCount })}
            empty={
              isFiltered ? (
                <Empty title={common.lists.nothingMatches} />
              ) : (
                <Empty title={words.emptyTitle}>
                  <p>{words.empty}</p>
                  <Anchor component={Link} to={paths.people}>
                    {words.toPeople}
                  </Anchor>
                </Empty>
              )
            }
          />
        )}
      </Loaded>
    </>
  );
}

function Person({ user: { id, name } }: { user: NonNullable<Invitation['user']> }): ReactNode {
  return (
    <Anchor component={Link} to={paths.person(id)} c="inherit" fw={500} inherit>
      <bdi>{name}</bdi>
    </Anchor>
  );
}
