import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Choice, useFoundGroups } from '../../../api/finders.ts';
import { useChange } from '../../../api/use-change.ts';
import { useRight, useViewer } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { Nothing } from '../../../ui/notices.tsx';
import { SearchSelect } from '../../../ui/search-pickers.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import type { SearchState } from '../../../ui/use-search-state.ts';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/person.ts';
import { membershipOrigins } from '../../../words/states.ts';
import { ADD_MEMBERS, REMOVE_MEMBERS } from '../../groups/member-changes.ts';
import type { Person } from './person-query.ts';

const { groups: texts } = words;

type Membership = Person['memberships']['edges'][number]['node'];

/** The groups of a person and what brought them there. */
export function GroupsSection({ person, state }: { person: Person; state: SearchState }): ReactNode {
  const mayWrite = useRight('people:write');
  const mayRead = useRight('people:read');
  const isSelf = useViewer().user?.id === person.id;
  const { edges, pageInfo, totalCount } = person.memberships;
  const lockedBecause = isSelf ? texts.own : undefined;
  return (
    <Section
      title={texts.title}
      action={mayWrite && person.state !== 'DELETED' && <Add person={person} lockedBecause={lockedBecause} />}
    >
      <DataTable
        caption={texts.caption}
        columns={mayWrite ? [...COLUMNS, removal(person, lockedBecause)] : COLUMNS}
        rows={edges.map(({ node }) => node)}
        keyOf={({ group, groupName, addedAt }) => group?.id ?? `${groupName} ${addedAt}`}
        {...(mayRead && {
          linkOf: ({ group }: Membership) => (group ? paths.group(group.id) : paths.groups),
        })}
        state={state}
        page={pageInfo}
        total={totalCount}
        empty={<Nothing title={texts.emptyTitle}>{texts.empty}</Nothing>}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<Membership>[] = [
  { title: texts.columns.group, cell: ({ groupName }) => <bdi>{groupName ?? texts.gone}</bdi> },
  {
    title: texts.columns.origin,
    cell: ({ origin, held }) => (
      <>
        {membershipOrigins[origin]}
        {held && (
          <Text size="xs" c="dimmed">
            {texts.held}
          </Text>
        )}
      </>
    ),
  },
  { title: texts.columns.since, cell: ({ addedAt }) => <Time at={addedAt} />, isSecondary: true },
];

function removal({ id, name }: Person, lockedBecause: string | undefined): Column<Membership> {
  return {
    title: texts.columns.action,
    cell: ({ group, groupName }) =>
      group && (
        <ChangeButton
          mutation={REMOVE_MEMBERS}
          name="groupMembersRemove"
          variables={{ input: { groupId: group.id, userIds: [id] } }}
          label={texts.remove.label}
          size="compact-sm"
          describedAs={texts.remove.described(name, groupName ?? texts.gone)}
          lockedBecause={lockedBecause ?? lockOn(group.lockedActions, 'GROUP_MEMBERS_CHANGE')}
          question={{ ...texts.remove, title: texts.remove.title(name, groupName ?? texts.gone) }}
        />
      ),
  };
}

function Add({ person, lockedBecause }: { person: Person; lockedBecause: string | undefined }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton lockedBecause={lockedBecause} onClick={() => setOpen(true)}>
        {texts.add}
      </ActionButton>
      {isOpen && <AddForm person={person} onClose={() => setOpen(false)} />}
    </>
  );
}

function AddForm({ person: { id, name }, onClose }: { person: Person; onClose: () => void }): ReactNode {
  const change = useChange(ADD_MEMBERS, 'groupMembersAdd');
  const [group, setGroup] = useState<Choice>();
  const add = async (): Promise<void> => {
    if (group === undefined) return;
    const input = { groupId: group.value, userIds: [id] };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={texts.addTitle(name)}
      action={texts.addAction}
      isReady={group !== undefined}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void add()}
      onClose={onClose}
    >
      <Text size="sm" mb="sm">
        {texts.addText}
      </Text>
      <SearchSelect
        label={texts.pick}
        useFound={useFoundGroups}
        nothing={common.lists.nothingMatches}
        chosen={group}
        onChoose={setGroup}
      />
    </Confirm>
  );
}
