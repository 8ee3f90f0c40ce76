import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { Notice } from '../../../ui/notices.tsx';
import { words } from '../../../words/scim-tokens.ts';

/** The value of a token that was just made: there is no second look. */
export function TokenValue({
  value,
  baseUrl,
  children,
  onClose,
}: {
  value: string | null;
  baseUrl: string;
  children?: ReactNode;
  onClose: () => void;
}): ReactNode {
  return (
    <Stack>
      {value === null ? (
        <Notice kind="warning" title={words.valueLost} />
      ) : (
        <>
          <Notice kind="warning" title={words.valueTitle}>
            {words.valueHelp}
          </Notice>
          <Named name={words.value} value={value} />
          <Named name={words.baseUrl} value={baseUrl} />
        </>
      )}
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.stored}</Button>
      </Group>
    </Stack>
  );
}

function Named({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {name}
      </Text>
      <CopyValue name={name} value={value} />
    </Stack>
  );
}
