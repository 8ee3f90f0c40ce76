import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight, useViewer } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { type Column, DataTable, type TablePage } from '../../../ui/data-table.tsx';
import { Filters, SearchFilter } from '../../../ui/filters.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { Loaded, Nothing } from '../../../ui/notices.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { type SearchState, useSearchState } from '../../../ui/use-search-state.ts';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/group.ts';
import { membershipOrigins } from '../../../words/states.ts';
import { REMOVE_MEMBERS } from '../member-changes.ts';
import { AddMembers } from './add-members.tsx';
import type { Group } from './group-query.ts';
import { FOUND_MEMBERS, type Member, MEMBERS, memberOf } from './members-query.ts';

const PAGE_SIZE = 50;
const FILTERS = ['search'] as const;

const { members: texts } = words;

/** Who is in the group; a hundred thousand can be. */
export function MembersSection({ group }: { group: Group }): ReactNode {
  const mayWrite = useRight('people:write');
  const state = useSearchState(PAGE_SIZE);
  const search = state.get('search');
  const list = { group, state };
  return (
    <Section title={texts.title} action={mayWrite && <AddMembers group={group} />}>
      <Filters state={state} names={FILTERS}>
        <SearchFilter state={state} label={texts.search} />
      </Filters>
      {search === undefined ? <Everybody {...list} /> : <Found {...list} search={search} />}
    </Section>
  );
}

interface List {
  group: Group;
  state: SearchState;
}

function Everybody({ group, state }: List): ReactNode {
  const answer = useAnswer(MEMBERS, { id: group.id, ...state.page });
  return (
    <Loaded answer={answer}>
      {({ node }) =>
        node !== null &&
        'members' in node && (
          <Table
            group={group}
            state={state}
            columns={[...WHO, ...WHY]}
            rows={node.members.edges.map((edge) => memberOf(edge.node))}
            page={node.members.pageInfo}
            total={node.members.totalCount}
            empty={<Nothing title={texts.emptyTitle}>{texts.empty}</Nothing>}
          />
        )
      }
    </Loaded>
  );
}

function Found({ group, state, search }: List & { search: string }): ReactNode {
  const answer = useAnswer(FOUND_MEMBERS, { id: group.id, search, ...state.page });
  return (
    <Loaded answer={answer}>
      {({ account: { users } }) =>
        users !== null && (
          <Table
            group={group}
            state={state}
            columns={WHO}
            rows={users.edges.map(({ node }) => ({ key: node.id, user: node, membership: undefined }))}
            page={users.pageInfo}
            total={users.totalCount}
            empty={<Nothing title={common.lists.nothingMatches} />}
          />
        )
      }
    </Loaded>
  );
}

function Table({
  group,
  columns,
  rows,
  ...list
}: List & {
  columns: readonly Column<Member>[];
  rows: readonly Member[];
  page: TablePage;
  total: number;
  empty: ReactNode;
}): ReactNode {
  const mayWrite = useRight('people:write');
  const ownId = useViewer().user?.id;
  return (
    <DataTable
      caption={texts.caption}
      columns={mayWrite ? [...columns, removal(group, ownId)] : columns}
      rows={rows}
      keyOf={({ key }) => key}
      linkOf={({ user }) => (user === null ? paths.people : paths.person(user.id))}
      {...list}
    />
  );
}

const WHO: readonly Column<Member>[] = [
  { title: texts.columns.name, cell: ({ user }) => <bdi>{user?.name ?? texts.gone}</bdi> },
  { title: texts.columns.userName, cell: ({ user }) => user?.userName, isSecondary: true },
  { title: texts.columns.state, cell: ({ user }) => user && <StateBadge state={user.state} /> },
];

const WHY: readonly Column<Member>[] = [
  {
    title: texts.columns.origin,
    cell: ({ membership }) =>
      membership && (
        <>
          {membershipOrigins[membership.origin]}
          {membership.held && (
            <Text size="xs" c="dimmed">
              {texts.held}
            </Text>
          )}
        </>
      ),
    isSecondary: true,
  },
  {
    title: texts.columns.since,
    cell: ({ membership }) => membership && <Time at={membership.addedAt} />,
    isSecondary: true,
  },
];

function removal(group: Group, ownId: string | undefined): Column<Member> {
  return {
    title: texts.columns.action,
    cell: ({ user }) =>
      user && (
        <ChangeButton
          mutation={REMOVE_MEMBERS}
          name="groupMembersRemove"
          variables={{ input: { groupId: group.id, userIds: [user.id] } }}
          label={texts.remove.label}
          describedAs={texts.remove.described(user.name)}
          size="compact-sm"
          lockedBecause={user.id === ownId ? texts.own : lockOn(group.lockedActions, 'GROUP_MEMBERS_CHANGE')}
          question={{
            title: texts.remove.title(user.name, group.displayName),
            text: group.mayBeOverwritten
              ? `${texts.remove.text} ${words.mayBeOverwritten}`
              : texts.remove.text,
            action: texts.remove.action,
          }}
        />
      ),
  };
}
