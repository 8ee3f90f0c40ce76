import { Anchor, Loader, Group, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Loaded, Notice } from '../../../ui/notices.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/guides.ts';

const LOOK_EVERY_MS = 3000;
const HOUR_MS = 60 * 60_000;
const REFUSED_FROM = 400;

const ARRIVALS = graphql(`
  query FirstRequest($since: DateTime!) {
    account {
      provisioningEvents(first: 1) {
        edges {
          node {
            id
            at
            method
            path
            status
            errorDetail
          }
        }
      }
      rejectedRequests(first: 1, filter: { since: $since }) {
        edges {
          node {
            hour
            address
            amount
          }
        }
      }
    }
  }
`);

/** Whether the identity provider has been here, looked at while one waits. */
export function FirstRequest(): ReactNode {
  const seesLog = useRight('logs:read');
  if (!seesLog) return <Text c="dimmed">{words.check.noRight}</Text>;
  return <Arrivals />;
}

function Arrivals(): ReactNode {
  const [since] = useState(() => new Date(Date.now() - HOUR_MS).toISOString());
  const answer = useAnswer(ARRIVALS, { since });
  useInterval(answer.askAgain, LOOK_EVERY_MS, { autoInvoke: true });
  return (
    <Loaded answer={{ ...answer, isLoading: false }}>
      {({ account }) => {
        const event = account.provisioningEvents?.edges[0]?.node;
        const rejected = account.rejectedRequests?.edges[0]?.node;
        // Refusals are counted by the hour: those of an hour that ended before the last request are over.
        const isRejected =
          rejected !== undefined &&
          (event === undefined || Date.parse(rejected.hour) + HOUR_MS > Date.parse(event.at));
        return (
          <Stack gap="sm" role="status">
            {event === undefined ? <Waiting /> : <Arrived event={event} />}
            {isRejected && (
              <Notice kind="warning">{words.check.rejected(rejected.amount, rejected.address)}</Notice>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Waiting(): ReactNode {
  return (
    <Group gap="sm">
      <Loader size="sm" aria-hidden="true" />
      <div>
        <Text fw={500}>{words.check.waiting}</Text>
        <Text size="sm" c="dimmed">
          {words.check.waitingHelp}
        </Text>
      </div>
    </Group>
  );
}

function Arrived({
  event: { id, at, method, path, status, errorDetail },
}: {
  event: {
    readonly id: string;
    readonly at: string;
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly errorDetail: string | null;
  };
}): ReactNode {
  const isRefused = status >= REFUSED_FROM;
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Badge tone={isRefused ? 'bad' : 'good'}>
          {isRefused ? words.check.refused : words.check.received}
        </Badge>
        <Anchor component={Link} to={paths.provisioningEvent(id)}>
          {words.check.toEvent}
        </Anchor>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {words.check.last}: {method} {path}, {words.check.answered(status)}, <Time at={at} />
      </Text>
      {errorDetail !== null && <Text size="sm">{errorDetail}</Text>}
    </Stack>
  );
}
