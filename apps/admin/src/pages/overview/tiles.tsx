import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** Numbers side by side. */
export function Tiles({ children }: { children: ReactNode }): ReactNode {
  return <SimpleGrid cols={{ base: 2, sm: 4 }}>{children}</SimpleGrid>;
}

/** A number with what it counts, which leads to the list of it. */
export function Tile({
  name,
  value,
  to,
  children,
}: {
  name: string;
  value: string;
  to: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <Paper withBorder p="sm">
      <Anchor component={Link} to={to} c="inherit" underline="hover" display="block">
        <Text span size="xl" fw={600} display="block">
          {value}
        </Text>
        <Text span size="sm">
          {name}
        </Text>
      </Anchor>
      {children}
    </Paper>
  );
}
