import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Notice } from '../../ui/notices.tsx';
import { cleanup as words } from '../../words/default-groups.ts';
import { jobKinds, words as jobWords } from '../../words/jobs.ts';
import { JobResult } from '../jobs/job-result.tsx';
import { ProgressBar } from '../jobs/progress-bar.tsx';
import type { Cleanup, CleanupJob } from './cleanup-query.ts';

/** The jobs of a cleanup: how far they are, and what they came to. */
export function CleanupWork({ cleanup: { job, undoJob } }: { cleanup: Cleanup }): ReactNode {
  if (job === null) return null;
  return (
    <Stack gap="xs">
      <Work job={job} name={jobKinds['default-group-cleanup']} result={words.work.result} />
      {undoJob !== null && (
        <Work job={undoJob} name={jobKinds['default-group-cleanup-undo']} result={words.work.undone} />
      )}
    </Stack>
  );
}

function Work({ job, name, result }: { job: CleanupJob; name: string; result: string }): ReactNode {
  switch (job.state) {
    case 'FAILED':
      return (
        <Notice kind="error" title={`${name}: ${jobWords.failed}`}>
          {job.error}
        </Notice>
      );
    case 'SUCCEEDED':
      return (
        <Notice kind="success" title={result}>
          <JobResult result={job.result} />
        </Notice>
      );
    case 'QUEUED':
    case 'RUNNING':
      return (
        <Notice title={name}>
          <ProgressBar name={name} done={job.progress.done} total={job.progress.total} />
        </Notice>
      );
  }
}
