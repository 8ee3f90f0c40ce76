import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters, SearchFilter } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/people.ts';
import { licenseSources, licenseTypes, userStates } from '../../words/states.ts';
import { CreatePerson } from './create-person.tsx';

const PAGE_SIZE = 50;
const FILTERS = ['search', 'state', 'license', 'source', 'managed'] as const;
const ORDERS = { USER_NAME: '', CREATED_AT: '' } as const;

const PEOPLE = graphql(`
  query People(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: UserFilter
    $orderBy: UserOrder
  ) {
    account {
      users(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
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
            name
            userName
            state
            scimManaged
            createdAt
            license {
              type
            }
          }
        }
      }
    }
  }
`);

interface Person {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly state: keyof typeof userStates;
  readonly scimManaged: boolean;
  readonly createdAt: string;
  readonly license: { readonly type: keyof typeof licenseTypes } | null;
}

const COLUMNS: readonly Column<Person>[] = [
  { title: words.columns.name, cell: ({ name }) => <bdi>{name}</bdi> },
  { title: words.columns.userName, cell: ({ userName }) => userName, sort: 'USER_NAME' },
  {
    title: words.columns.state,
    cell: ({ state }) => <StateBadge state={state} />,
  },
  {
    title: words.columns.license,
    cell: ({ license }) => (license === null ? common.none : licenseTypes[license.type]),
  },
  {
    title: words.managedBy,
    cell: ({ scimManaged }) => words.managed[`${scimManaged}`],
    isSecondary: true,
  },
  {
    title: words.columns.since,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'CREATED_AT',
    isSecondary: true,
  },
];

export function PeoplePage(): ReactNode {
  const mayWrite = useRight('people:write');
  const state = useSearchState(PAGE_SIZE);
  const search = state.get('search');
  const managed = chosen(state, 'managed', words.managed);
  const field = chosen(state, 'sort', ORDERS);
  const answer = useAnswer(PEOPLE, {
    ...state.page,
    filter: {
      ...(search !== undefined && { search }),
      state: chosen(state, 'state', userStates) ?? null,
      licenseType: chosen(state, 'license', licenseTypes) ?? null,
      licenseSource: chosen(state, 'source', licenseSources) ?? null,
      ...(managed !== undefined && { scimManaged: managed === 'true' }),
    },
    ...(field !== undefined && {
      orderBy: { field, direction: state.get('order') === 'desc' ? 'DESC' : 'ASC' },
    }),
  });
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} action={mayWrite && <CreatePerson />} />
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={words.search} />
        <ChoiceFilter state={state} label={words.state} name="state" choices={userStates} />
        <ChoiceFilter state={state} label={words.license} name="license" choices={licenseTypes} />
        <ChoiceFilter state={state} label={words.licenseSource} name="source" choices={licenseSources} />
        <ChoiceFilter state={state} label={words.managedBy} name="managed" choices={words.managed} />
      </Filters>
      <Loaded answer={answer}>
        {({ account }) => (
          <DataTable
            caption={words.caption}
            columns={COLUMNS}
            rows={account.users?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            linkOf={({ id }) => paths.person(id)}
            state={state}
            {...(account.users !== null && { page: account.users.pageInfo, total: account.users.totalCount })}
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
    </>
  );
}
