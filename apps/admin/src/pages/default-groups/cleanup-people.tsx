import { Anchor, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { chosen, ChoiceFilter, Filters } from '../../ui/filters.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { useSearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import {
  cleanup as words,
  decisions,
  defaultGroups,
  keptReasons,
  outcomes,
} from '../../words/default-groups.ts';
import { permissionSets } from '../../words/states.ts';
import type { Cleanup } from './cleanup-query.ts';

const PAGE_SIZE = 50;
const FILTERS = ['group', 'planned', 'outcome'] as const;

const PEOPLE = graphql(`
  query CleanupPeople(
    $id: ID!
    $filter: DefaultGroupCleanupMemberFilter
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    node(id: $id) {
      ... on DefaultGroupCleanup {
        id
        members(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
          totalCount
          pageInfo {
            hasNextPage
            hasPreviousPage
            startCursor
            endCursor
          }
          edges {
            node {
              user {
                id
                name
              }
              userId
              userName
              group
              planned
              keptFor
              outcome
              lostPermissionSets
            }
          }
        }
      }
    }
  }
`);

interface Member {
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly userId: string;
  readonly userName: string;
  readonly group: keyof typeof defaultGroups;
  readonly planned: keyof typeof decisions;
  readonly keptFor: keyof typeof keptReasons | null;
  readonly outcome: keyof typeof outcomes | null;
  readonly lostPermissionSets: readonly (keyof typeof permissionSets)[];
}

const COLUMNS: readonly Column<Member>[] = [
  { title: words.people.columns.who, cell: (member) => <Person member={member} /> },
  { title: words.people.columns.group, cell: ({ group }) => defaultGroups[group] },
  {
    title: words.people.columns.planned,
    cell: (member) => (
      <>
        <Badge tone={member.planned === 'LEAVE' ? 'waiting' : 'quiet'}>{decisions[member.planned]}</Badge>
        <Text size="sm">{reasonOf(member)}</Text>
      </>
    ),
  },
];

const OUTCOME: Column<Member> = {
  title: words.people.columns.outcome,
  cell: ({ outcome }) => (outcome === null ? common.none : outcomes[outcome]),
  isSecondary: true,
};

/** Everybody who was in these groups when the plan was made. */
export function CleanupPeople({ cleanup: { id, state: cleanupState } }: { cleanup: Cleanup }): ReactNode {
  const state = useSearchState(PAGE_SIZE);
  const outcome = chosen(state, 'outcome', outcomes);
  const answer = useAnswer(PEOPLE, {
    id,
    ...state.page,
    filter: {
      group: chosen(state, 'group', defaultGroups) ?? null,
      planned: chosen(state, 'planned', decisions) ?? null,
      outcome: outcome === undefined ? null : [outcome],
    },
  });
  const hasOutcomes = cleanupState !== 'PLANNED';
  const isFiltered = FILTERS.some((name) => state.get(name) !== undefined);
  return (
    <Stack gap="xs" component="section" aria-label={words.people.title}>
      <Title order={2} size="h4">
        {words.people.title}
      </Title>
      <Filters state={state} names={FILTERS}>
        <ChoiceFilter state={state} label={words.people.group} name="group" choices={defaultGroups} />
        <ChoiceFilter state={state} label={words.people.planned} name="planned" choices={decisions} />
        {hasOutcomes && (
          <ChoiceFilter state={state} label={words.people.outcome} name="outcome" choices={outcomes} />
        )}
      </Filters>
      <Loaded answer={answer}>
        {({ node }) => {
          const members = node !== null && 'members' in node ? node.members : undefined;
          return (
            <DataTable
              caption={words.people.caption}
              columns={hasOutcomes ? [...COLUMNS, OUTCOME] : COLUMNS}
              rows={members?.edges.map(({ node }) => node) ?? []}
              keyOf={({ userId, group }) => `${group} ${userId}`}
              state={state}
              {...(members !== undefined && { page: members.pageInfo, total: members.totalCount })}
              empty={<Empty title={isFiltered ? common.lists.nothingMatches : words.people.empty} />}
            />
          );
        }}
      </Loaded>
    </Stack>
  );
}

function Person({ member: { user, userName } }: { member: Member }): ReactNode {
  if (user === null) return userName;
  return (
    <>
      <Anchor component={Link} to={paths.person(user.id)} size="sm">
        <bdi>{user.name}</bdi>
      </Anchor>
      <Text size="xs" c="dimmed">
        {userName}
      </Text>
    </>
  );
}

function reasonOf({ keptFor, lostPermissionSets }: Member): string {
  if (keptFor !== null) return keptReasons[keptFor];
  if (lostPermissionSets.length === 0) return words.people.losesNothing;
  return words.people.loses(lostPermissionSets.map((set) => permissionSets[set]).join(', '));
}
