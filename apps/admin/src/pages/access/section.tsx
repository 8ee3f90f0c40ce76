import { Box, Group, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A part of a page with its own heading, and what is done most in it. */
export function Section({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id}>
      <Group justify="space-between" align="center" mb="sm">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Box>
  );
}
