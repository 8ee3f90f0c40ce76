import { Anchor, Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import type { ResultOf } from 'gql.tada';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded, Nothing } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/history.ts';
import { ActorName } from './actor-name.tsx';
import { fieldInWords, kindInWords, ValueText } from './values.tsx';

const STEP = 10;
const MOST = 200;
const WHAT_CHANGES = ['User', 'Group'];

const CHANGES = graphql(`
  query ChangesOf($target: ID!, $first: Int!) {
    account {
      auditEvents(first: $first, filter: { target: $target }) {
        pageInfo {
          hasNextPage
        }
        edges {
          node {
            id
            at
            kind
            occurrences
            actor {
              kind
              name
              user {
                id
              }
            }
            changes {
              field
              before
              after
            }
            request {
              method
              path
            }
            provisioningEvent {
              id
            }
          }
        }
      }
    }
  }
`);

type Event = NonNullable<ResultOf<typeof CHANGES>['account']['auditEvents']>['edges'][number]['node'];

const COLUMNS: readonly Column<Event>[] = [
  { title: words.columns.what, cell: (event) => <What event={event} /> },
  {
    title: words.columns.changes,
    cell: ({ kind, changes }) =>
      kind === 'group.members_changed' ? words.membersChanged : <Changes changes={changes} />,
  },
];

/** What was changed of a person or group, by whom or by which request. For who may read the logs. */
export function HistorySection({
  target,
  requests,
  children,
}: {
  target: string;
  /** The provisioning log of the same, as an address. */
  requests: string;
  /** What can be asked besides. */
  children?: ReactNode;
}): ReactNode {
  const [first, setFirst] = useState(STEP);
  const answer = useAnswer(CHANGES, { target, first }, { dependsOn: WHAT_CHANGES });
  return (
    <Section
      title={words.title}
      purpose={words.purpose}
      action={
        <Group gap="md">
          <Anchor
            component={Link}
            to={`${paths.auditLog}?${new URLSearchParams({ target }).toString()}`}
            size="sm"
          >
            {words.toAuditLog}
          </Anchor>
          <Anchor component={Link} to={requests} size="sm">
            {words.toRequests}
          </Anchor>
        </Group>
      }
    >
      <Stack>
        <Loaded answer={answer}>
          {({ account: { auditEvents } }) => (
            <>
              <DataTable
                caption={words.caption}
                columns={COLUMNS}
                rows={auditEvents?.edges.map(({ node }) => node) ?? []}
                keyOf={({ id }) => id}
                empty={<Nothing title={words.emptyTitle}>{words.empty}</Nothing>}
              />
              {auditEvents?.pageInfo.hasNextPage === true && first < MOST && (
                <Group>
                  <Button
                    variant="default"
                    size="xs"
                    loading={answer.isLoading}
                    onClick={() => setFirst(Math.min(first * 3, MOST))}
                  >
                    {words.more}
                  </Button>
                </Group>
              )}
            </>
          )}
        </Loaded>
        {children}
      </Stack>
    </Section>
  );
}

function What({ event }: { event: Event }): ReactNode {
  const { id, kind, occurrences, at } = event;
  return (
    <>
      <Anchor component={Link} to={paths.auditEvent(id)} c="inherit" fw={500} size="sm">
        {occurrences > 1 ? `${kindInWords(kind)}, ${words.times(occurrences)}` : kindInWords(kind)}
      </Anchor>
      <Text size="sm" c="dimmed">
        <Time at={at} />
      </Text>
      <ActorName event={event} />
    </>
  );
}

function Changes({ changes }: { changes: Event['changes'] }): ReactNode {
  return (
    <Stack gap={2}>
      {changes.map(({ field, before, after }) => (
        <Text key={field} size="sm" component="div">
          <Text span c="dimmed">
            {fieldInWords(field)}:
          </Text>{' '}
          {before !== null && (
            <>
              <ValueText value={before} /> <VisuallyHidden>{words.becomes}</VisuallyHidden>
              <span aria-hidden="true">→</span>{' '}
            </>
          )}
          <ValueText value={after} />
        </Text>
      ))}
    </Stack>
  );
}
