import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { words } from '../words/common.ts';

/** How each page begins: what it is, what it is for, and the one thing that is done most. */
export function PageHeader({
  title,
  purpose,
  action,
}: {
  title: string;
  purpose?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <Stack gap={4} style={{ minWidth: 0, flex: '1 1 20rem' }}>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {purpose !== undefined && (
          <Text c="dimmed" component="div">
            {purpose}
          </Text>
        )}
      </Stack>
      {action}
    </Group>
  );
}
