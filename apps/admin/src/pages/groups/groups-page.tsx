import type { ResultOf } from 'gql.tada';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters, SearchFilter } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/groups.ts';
import { permissionSets } from '../../words/states.ts';
import { CreateGroup } from './create-group.tsx';

const PAGE_SIZE = 50;
const FILTERS = ['search', 'managed', 'set', 'mapped'] as const;
const ORDERS = { DISPLAY_NAME: '', CREATED_AT: '' } as const;

const GROUPS = graphql(`
  query Groups(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: GroupFilter
    $orderBy: GroupOrder
    $mayReadSets: Boolean!
  ) {
    account {
      groups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
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
            displayName
            scimManaged
            createdAt
            memberCount {
              atLeast
              isExact
            }
            permissionSets @include(if: $mayReadSets)
          }
        }
      }
    }
  }
`);

type Group = NonNullable<ResultOf<typeof GROUPS>['account']['groups']>['edges'][number]['node'];

const COLUMNS: readonly Column<Group>[] = [
  {
    title: words.columns.name,
    cell: ({ displayName }) => <bdi>{displayName}</bdi>,
    sort: 'DISPLAY_NAME',
  },
  { title: words.columns.members, cell: ({ memberCount }) => words.members(memberCount) },
];

const SETS: Column<Group> = {
  title: words.columns.permissionSets,
  cell: ({ permissionSets: sets }) =>
    sets === undefined || sets === null || sets.length === 0
      ? common.none
      : sets.map((set) => permissionSets[set]).join(', '),
};

const LESS_NEEDED: readonly Column<Group>[] = [
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

export function GroupsPage(): ReactNode {
  const mayReadSets = useRight('permission_sets:read');
  const mayWrite = useRight('people:write');
  const state = useSearchState(PAGE_SIZE);
  const search = state.get('search');
  const managed = chosen(state, 'managed', words.managed);
  const mapped = chosen(state, 'mapped', words.mapped);
  const set = chosen(state, 'set', permissionSets);
  const field = chosen(state, 'sort', ORDERS);
  const answer = useAnswer(GROUPS, {
    ...state.page,
    mayReadSets,
    filter: {
      ...(search !== undefined && { search }),
      ...(managed !== undefined && { scimManaged: managed === 'true' }),
      ...(mapped !== undefined && { ssoMapped: mapped === 'true' }),
      ...(mayReadSets && set !== undefined && { permissionSet: set }),
    },
    ...(field !== undefined && {
      orderBy: { field, direction: state.get('order') === 'desc' ? 'DESC' : 'ASC' },
    }),
  });
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} action={mayWrite && <CreateGroup />} />
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={words.search} />
        <ChoiceFilter state={state} label={words.managedBy} name="managed" choices={words.managed} />
        {mayReadSets && (
          <ChoiceFilter state={state} label={words.permissionSet} name="set" choices={permissionSets} />
        )}
        <ChoiceFilter state={state} label={words.mapping} name="mapped" choices={words.mapped} />
      </Filters>
      <Loaded answer={answer}>
        {({ account: { groups } }) => (
          <DataTable
            caption={words.caption}
            columns={[...COLUMNS, ...(mayReadSets ? [SETS] : []), ...LESS_NEEDED]}
            rows={groups?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            linkOf={({ id }) => paths.group(id)}
            state={state}
            {...(groups !== null && { page: groups.pageInfo, total: groups.totalCount })}
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
