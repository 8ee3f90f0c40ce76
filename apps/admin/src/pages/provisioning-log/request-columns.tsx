import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/provisioning-log.ts';
import classes from '../logs/logs.module.css';
import { GroupLink, PersonLink } from '../logs/names.tsx';
import { AnswerBadge } from './answer-badge.tsx';
import { requestPath } from './request-path.ts';

interface Request {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly scimType: string | null;
  readonly errorDetail: string | null;
  readonly durationMs: number;
  readonly reading: readonly unknown[];
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly group: { readonly id: string; readonly displayName: string } | null;
}

/** The columns of the log; `news` are the ids of what came while the page was open. */
export function columnsOf(news: ReadonlySet<string>): readonly Column<Request>[] {
  return [
    {
      title: words.columns.request,
      cell: ({ method, path }) => (
        <span className={classes['path']}>
          {method} <bdi>{requestPath(path)}</bdi>
        </span>
      ),
    },
    {
      title: words.columns.answer,
      cell: ({ status, scimType, errorDetail }) => (
        <Stack gap={2} align="flex-start">
          <Group gap={6}>
            <AnswerBadge status={status} />
            {scimType !== null && <Text size="xs">{scimType}</Text>}
          </Group>
          {errorDetail !== null && (
            <Text size="xs" c="dimmed" lineClamp={2}>
              {errorDetail}
            </Text>
          )}
        </Stack>
      ),
    },
    { title: words.columns.about, cell: (request) => <About request={request} /> },
    {
      title: words.columns.at,
      cell: ({ id, at }) => (
        <Group gap={6}>
          <Time at={at} />
          {news.has(id) && <Badge tone="good">{words.isNew}</Badge>}
        </Group>
      ),
      isSecondary: true,
    },
    {
      title: words.columns.read,
      cell: ({ reading }) => (reading.length === 0 ? common.none : words.leniencies(reading.length)),
      isSecondary: true,
    },
    {
      title: words.columns.took,
      cell: ({ durationMs }) => words.milliseconds(durationMs),
      isSecondary: true,
    },
  ];
}

function About({ request: { user, group } }: { request: Request }): ReactNode {
  if (user !== null) return <PersonLink user={user} />;
  return group === null ? common.none : <GroupLink group={group} />;
}
