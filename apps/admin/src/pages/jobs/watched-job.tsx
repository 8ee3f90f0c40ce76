import { Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { usePolling } from '../../api/use-polling.ts';
import { Loaded, Notice } from '../../ui/notices.tsx';
import { words } from '../../words/jobs.ts';
import { nameOfJob } from './job-name.ts';
import { JobResult } from './job-result.tsx';
import { ProgressBar } from './progress-bar.tsx';

const JOB = graphql(`
  query WatchedJob($id: ID!) {
    node(id: $id) {
      ... on Job {
        id
        kind
        state
        progress {
          done
          total
        }
        pollAfterMs
        error
        result
      }
    }
  }
`);

/** A job as it goes on, and then what it came to. `onEnd` is called once, when what it changed can be read. */
export function WatchedJob({ id, onEnd }: { id: string; onEnd: () => void }): ReactNode {
  const answer = useAnswer(JOB, { id });
  const job = jobIn(answer.data?.node);
  usePolling(answer, job?.pollAfterMs);
  const hasEnded = job?.state === 'SUCCEEDED' || job?.state === 'FAILED';
  const end = useEffectEvent(() => onEnd());
  useEffect(() => {
    if (hasEnded) end();
  }, [hasEnded]);
  return (
    <Loaded answer={answer}>
      {() => {
        if (job === undefined) return null;
        const name = nameOfJob(job.kind);
        if (job.state === 'FAILED') {
          return (
            <Notice kind="error" title={words.failed}>
              {job.error}
            </Notice>
          );
        }
        if (job.state === 'SUCCEEDED') {
          return (
            <Notice kind="success" title={`${name}: ${words.done}`}>
              <JobResult result={job.result} />
            </Notice>
          );
        }
        return (
          <Notice title={name}>
            <Stack gap="xs">
              {job.state === 'QUEUED' && <Text size="sm">{words.waiting}</Text>}
              <ProgressBar name={name} {...job.progress} />
            </Stack>
          </Notice>
        );
      }}
    </Loaded>
  );
}

/** Of what an id may stand for, the part that a job has. */
function jobIn<Node extends object>(
  node: Node | null | undefined,
): Extract<Node, { kind: string }> | undefined {
  return node !== null && node !== undefined && isJob(node) ? node : undefined;
}

function isJob<Node extends object>(node: Node): node is Extract<Node, { kind: string }> {
  return 'kind' in node;
}
