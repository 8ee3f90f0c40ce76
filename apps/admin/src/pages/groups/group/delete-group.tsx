import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { graphql } from '../../../api/graphql.ts';
import { paths } from '../../../paths.ts';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { words } from '../../../words/group.ts';
import type { Group } from './group-query.ts';

const DELETE = graphql(`
  mutation DeleteGroup($input: GroupDeleteInput!) {
    groupDelete(input: $input) {
      ... on GroupDeletePayload {
        deletedGroupId
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const { remove: texts } = words;

/** There is no way back, so the name has to be typed; leads to the list. */
export function DeleteGroup({ group }: { group: Group }): ReactNode {
  const navigate = useNavigate();
  const { id, version, displayName, defaultGroup, lockedActions, mayBeOverwritten } = group;
  return (
    <ChangeButton
      mutation={DELETE}
      name="groupDelete"
      variables={{ input: { id, expectedVersion: version } }}
      label={texts.label}
      lockedBecause={defaultGroup === null ? lockOn(lockedActions, 'GROUP_DELETE') : texts.isDefault}
      question={{
        title: texts.title(displayName),
        text: (
          <Stack gap="xs">
            <Text>{texts.text}</Text>
            {mayBeOverwritten && <Text>{words.mayBeOverwritten}</Text>}
          </Stack>
        ),
        action: texts.action,
        isDangerous: true,
        typeToConfirm: displayName,
      }}
      onDone={() => void navigate(paths.groups)}
    />
  );
}
