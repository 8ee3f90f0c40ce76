import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { permissionSetMeanings } from '../words/permission-sets.ts';
import { permissionSets } from '../words/states.ts';

/** A permission set and what it allows. */
export function SetInWords({ set }: { set: keyof typeof permissionSets }): ReactNode {
  return (
    <>
      <Text fw={500} size="sm">
        {permissionSets[set]}
      </Text>
      <Text size="sm" c="dimmed">
        {permissionSetMeanings[set]}
      </Text>
    </>
  );
}
