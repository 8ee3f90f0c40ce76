import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useChange } from '../../api/use-change.ts';
import { useRight } from '../../frame/viewer.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded, Notice, RefusalNotice } from '../../ui/notices.tsx';
import { Time } from '../../ui/time.tsx';
import { usePlace } from '../../ui/use-place.ts';
import { words as page } from '../../words/jobs.ts';
import { nameOfJob } from './job-name.ts';

const PAGE_SIZE = 20;
const words = page.dead;

const DEAD_LETTERS = graphql(`
  query DeadLetters($first: Int, $after: String, $last: Int, $before: String) {
    account {
      deadLetters(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        edges {
          node {
            id
            task
            error
            attempts
            failedAt
          }
        }
      }
    }
  }
`);

const RETRY = graphql(`
  mutation RetryDeadLetter($input: DeadLetterRetryInput!) {
    deadLetterRetry(input: $input) {
      ... on DeadLetterRetryPayload {
        deadLetterId
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const DISCARD = graphql(`
  mutation DiscardDeadLetter($input: DeadLetterDiscardInput!) {
    deadLetterDiscard(input: $input) {
      ... on DeadLetterDiscardPayload {
        deadLetterId
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

interface DeadLetter {
  readonly id: string;
  readonly task: string;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: string;
}

const COLUMNS: readonly Column<DeadLetter>[] = [
  { title: words.columns.work, cell: ({ task }) => nameOfJob(task) },
  { title: words.columns.error, cell: ({ error }) => error },
  { title: words.columns.attempts, cell: ({ attempts }) => attempts, isSecondary: true },
  { title: words.columns.failed, cell: ({ failedAt }) => <Time at={failedAt} />, isSecondary: true },
];

/** What was given up, to be tried again or thrown away. */
export function DeadLetters(): ReactNode {
  const state = usePlace(PAGE_SIZE, 'dead letters');
  const answer = useAnswer(DEAD_LETTERS, state.page);
  const mayWrite = useRight('settings:write');
  const [discarding, setDiscarding] = useState<DeadLetter>();
  const [isRetried, setIsRetried] = useState(false);
  const retry = useChange(RETRY, 'deadLetterRetry');
  const discard = useChange(DISCARD, 'deadLetterDiscard');

  const tryAgain = async ({ id }: DeadLetter): Promise<void> => {
    setIsRetried((await retry.make({ input: { id } })) !== undefined);
    answer.askAgain();
  };
  const close = (): void => {
    discard.forget();
    setDiscarding(undefined);
  };
  const throwAway = async ({ id }: DeadLetter): Promise<void> => {
    if ((await discard.make({ input: { id } })) === undefined) return;
    close();
    answer.askAgain();
  };

  const actions: Column<DeadLetter> = {
    title: words.columns.act,
    cell: (letter) => (
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => void tryAgain(letter)} loading={retry.isUnderWay}>
          {words.retry}
        </Button>
        <Button size="xs" variant="default" onClick={() => setDiscarding(letter)}>
          {words.discard}
        </Button>
      </Group>
    ),
  };

  return (
    <Stack gap="xs" mt="xl" component="section" aria-label={words.title}>
      <Title order={2} size="h4">
        {words.title}
      </Title>
      <Text size="sm">{words.purpose}</Text>
      <RefusalNotice refusal={retry.refusal} />
      {isRetried && <Notice kind="success" title={words.retried} />}
      <Loaded answer={answer}>
        {({ account: { deadLetters } }) => (
          <DataTable
            caption={words.caption}
            columns={mayWrite ? [...COLUMNS, actions] : COLUMNS}
            rows={deadLetters?.edges.map(({ node }) => node) ?? []}
            keyOf={({ id }) => id}
            state={state}
            {...(deadLetters !== null && { page: deadLetters.pageInfo, total: deadLetters.totalCount })}
            empty={<Text size="sm">{words.none}</Text>}
          />
        )}
      </Loaded>
      {discarding !== undefined && (
        <Confirm
          title={words.discardTitle}
          action={words.discard}
          isDangerous
          isUnderWay={discard.isUnderWay}
          refusal={discard.refusal}
          onConfirm={() => void throwAway(discarding)}
          onClose={close}
        >
          {words.discardWarning(nameOfJob(discarding.task))}
        </Confirm>
      )}
    </Stack>
  );
}
