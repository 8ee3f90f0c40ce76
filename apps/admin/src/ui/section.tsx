import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A part of a page with a heading, and what can be done with it. */
export function Section({
  title,
  purpose,
  action,
  children,
}: {
  title: string;
  purpose?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} mb="xl">
      <Group justify="space-between" align="flex-start" gap="sm" mb="sm">
        <Stack gap={2} style={{ minWidth: 0, flex: '1 1 16rem' }}>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {purpose !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {purpose}
            </Text>
          )}
        </Stack>
        {action}
      </Group>
      {children}
    </Box>
  );
}
