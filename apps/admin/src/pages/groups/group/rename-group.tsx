import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { words } from '../../../words/group.ts';
import type { Group } from './group-query.ts';
import { UPDATE_GROUP } from './update-group.ts';

const { rename: texts } = words;

export function RenameGroup({ group }: { group: Group }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const lockedBecause =
    group.defaultGroup === null ? lockOn(group.lockedActions, 'GROUP_RENAME') : texts.isDefault;
  return (
    <>
      <ActionButton lockedBecause={lockedBecause} onClick={() => setOpen(true)}>
        {texts.label}
      </ActionButton>
      {isOpen && <RenameForm group={group} onClose={() => setOpen(false)} />}
    </>
  );
}

function RenameForm({ group, onClose }: { group: Group; onClose: () => void }): ReactNode {
  const change = useChange(UPDATE_GROUP, 'groupUpdate');
  const [displayName, setName] = useState(group.displayName);
  const save = async (): Promise<void> => {
    const input = { id: group.id, expectedVersion: group.version, displayName };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={texts.title(group.displayName)}
      action={texts.action}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void save()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{texts.text}</Text>
        {group.mayBeOverwritten && <Text size="sm">{words.mayBeOverwritten}</Text>}
        <TextInput
          label={texts.field}
          value={displayName}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(change.refusal, 'input.displayName')}
          data-autofocus
        />
      </Stack>
    </Confirm>
  );
}
