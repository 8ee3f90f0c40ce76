import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRight } from '../../../frame/viewer.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { words } from '../../../words/group.ts';
import type { Group } from './group-query.ts';
import { UPDATE_GROUP } from './update-group.ts';

const { newcomers: texts } = words;

/** Whether people join the group by themselves when they sign in. */
export function Newcomers({ group }: { group: Group }): ReactNode {
  const mayWrite = useRight('people:write');
  const { id, version, displayName, assignByDefault } = group;
  const change = assignByDefault ? texts.turnOff : texts.turnOn;
  return (
    <Stack gap="xs">
      {assignByDefault ? texts.on : texts.off}
      {mayWrite && (
        <ChangeButton
          key={change.label}
          mutation={UPDATE_GROUP}
          name="groupUpdate"
          variables={{ input: { id, expectedVersion: version, assignByDefault: !assignByDefault } }}
          label={change.label}
          size="compact-sm"
          question={{ ...change, title: change.title(displayName) }}
        />
      )}
    </Stack>
  );
}
