import { Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../../words/jobs.ts';

/** How much of a job is done; a full bar of stripes while nobody knows how much there is. */
export function ProgressBar({
  name,
  done,
  total,
}: {
  name: string;
  done: number;
  total: number | null;
}): ReactNode {
  const isKnown = total !== null && total > 0;
  return (
    <Stack gap={4} miw={120}>
      <Progress
        value={isKnown ? Math.min(100, (done / total) * 100) : 100}
        striped={!isKnown}
        aria-label={words.progressOf(name)}
      />
      <Text size="xs">{words.progress(done, total)}</Text>
    </Stack>
  );
}
