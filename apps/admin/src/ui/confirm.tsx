import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Refusal } from '../api/use-change.ts';
import { words } from '../words/common.ts';
import { Dialog } from './dialog.tsx';
import { RefusalNotice } from './notices.tsx';

/**
 * Asks before a change: what will happen, to whom. Where there is no way back, the name has to be typed. It stays open with
 * the reason when the change is refused.
 */
export function Confirm({
  title,
  children,
  action,
  isDangerous = false,
  typeToConfirm,
  isReady = true,
  isUnderWay,
  refusal,
  onConfirm,
  onClose,
}: {
  title: string;
  children: ReactNode;
  action: string;
  isDangerous?: boolean;
  typeToConfirm?: string;
  /** Whether what has to be chosen before is chosen. */
  isReady?: boolean;
  isUnderWay: boolean;
  refusal?: Refusal | undefined;
  onConfirm: () => void;
  onClose: () => void;
}): ReactNode {
  const [typed, setTyped] = useState('');
  const isConfirmed = isReady && (typeToConfirm === undefined || typed === typeToConfirm);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed) onConfirm();
        }}
      >
        <Stack>
          <div>{children}</div>
          {typeToConfirm !== undefined && (
            <TextInput
              label={words.actions.typeToConfirm(typeToConfirm)}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <RefusalNotice refusal={refusal} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.actions.cancel}
            </Button>
            <Button
              type="submit"
              {...(isDangerous && { color: 'red' })}
              disabled={!isConfirmed}
              loading={isUnderWay}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
