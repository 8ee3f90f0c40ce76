import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRight } from '../../frame/viewer.tsx';
import { words } from '../../words/logs.ts';
import { exportAddress, type ExportFilter, type ExportedLog } from './export-address.ts';

/** The whole list that the filters let through as a file, for whoever may take a log out of the account. */
export function ExportLinks({ log, filter }: { log: ExportedLog; filter: ExportFilter }): ReactNode {
  if (!useRight('logs:export')) return null;
  return (
    <Group gap="xs" role="group" aria-label={words.exportLabel}>
      <Button component="a" href={exportAddress(log, 'csv', filter)} download variant="default" size="xs">
        {words.csv}
      </Button>
      <Button component="a" href={exportAddress(log, 'jsonl', filter)} download variant="default" size="xs">
        {words.jsonLines}
      </Button>
    </Group>
  );
}
