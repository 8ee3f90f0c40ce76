import { Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Choice, useFoundPeople } from '../../../api/finders.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { SearchMultiSelect } from '../../../ui/search-pickers.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/group.ts';
import { ADD_MEMBERS } from '../member-changes.ts';
import type { Group } from './group-query.ts';

const { members: texts } = words;

export function AddMembers({ group }: { group: Group }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton
        lockedBecause={lockOn(group.lockedActions, 'GROUP_MEMBERS_CHANGE')}
        onClick={() => setOpen(true)}
      >
        {texts.add}
      </ActionButton>
      {isOpen && <AddForm group={group} onClose={() => setOpen(false)} />}
    </>
  );
}

function AddForm({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const change = useChange(ADD_MEMBERS, 'groupMembersAdd');
  const [people, setPeople] = useState<readonly Choice[]>([]);
  const add = async (): Promise<void> => {
    const input = { groupId: group.id, userIds: people.map(({ value }) => value) };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={texts.addTitle(group.displayName)}
      action={texts.addAction}
      isReady={people.length > 0}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void add()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{texts.addText}</Text>
        {group.mayBeOverwritten && <Text size="sm">{words.mayBeOverwritten}</Text>}
        <SearchMultiSelect
          label={texts.pick}
          useFound={useFoundPeople}
          nothing={common.lists.nothingMatches}
          chosen={people}
          onChoose={setPeople}
          error={faultOf(change.refusal, 'input.userIds')}
        />
      </Stack>
    </Confirm>
  );
}
