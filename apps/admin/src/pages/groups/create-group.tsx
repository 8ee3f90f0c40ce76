import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { faultOf, useChange } from '../../api/use-change.ts';
import { paths } from '../../paths.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { words } from '../../words/groups.ts';

const CREATE = graphql(`
  mutation CreateGroup($input: GroupCreateInput!) {
    groupCreate(input: $input) {
      ... on GroupCreatePayload {
        group {
          id
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

const { create: texts } = words;

/** Makes a group by hand, and leads to it. */
export function CreateGroup(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{texts.label}</Button>
      {isOpen && <CreateForm onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateForm({ onClose }: { onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const change = useChange(CREATE, 'groupCreate');
  const [displayName, setName] = useState('');
  // A repeat after a lost answer makes no second group; another name is another request.
  const [keys] = useState(() => new Map<string, string>());
  const save = async (): Promise<void> => {
    const idempotencyKey = keys.get(displayName) ?? crypto.randomUUID();
    keys.set(displayName, idempotencyKey);
    const made = await change.make({ input: { displayName, idempotencyKey } });
    if (made !== undefined) await navigate(paths.group(made.group.id));
  };
  return (
    <Confirm
      title={texts.title}
      action={texts.action}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void save()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{texts.text}</Text>
        <TextInput
          label={texts.name}
          value={displayName}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(change.refusal, 'input.displayName')}
          data-autofocus
        />
      </Stack>
    </Confirm>
  );
}
