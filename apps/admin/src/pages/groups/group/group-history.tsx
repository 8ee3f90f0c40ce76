import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { paths } from '../../../paths.ts';
import { Loaded } from '../../../ui/notices.tsx';
import { words } from '../../../words/history.ts';
import { Comparison, Differences, type Span } from '../../history/comparison.tsx';
import { HistorySection } from '../../history/history-section.tsx';

const MOST_MOVES = 50;

const DIFFERENCE = graphql(`
  query GroupDifference($id: ID!, $from: DateTime!, $to: DateTime!, $first: Int!) {
    account {
      groupHistory(group: $id) {
        difference(from: $from, to: $to) {
          known
          knownSince
          state {
            came
            fields {
              field
              before
              after
              events {
                actor {
                  kind
                  name
                  user {
                    id
                  }
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
          members(first: $first) {
            totalCount
            edges {
              node {
                joined
                user {
                  id
                  name
                }
                event {
                  id
                  actor {
                    kind
                    name
                    user {
                      id
                    }
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
      }
    }
  }
`);

const { compare } = words;

/** What changed of a group, and what is different from an earlier time, joins and leaves included. */
export function GroupHistory({ id }: { id: string }): ReactNode {
  return (
    <HistorySection
      target={id}
      requests={`${paths.provisioningLog}?${new URLSearchParams({ group: id }).toString()}`}
    >
      <Comparison>{(span) => <Difference id={id} span={span} />}</Comparison>
    </HistorySection>
  );
}

function Difference({ id, span }: { id: string; span: Span }): ReactNode {
  const answer = useAnswer(DIFFERENCE, { id, ...span, first: MOST_MOVES });
  return (
    <Loaded answer={answer}>
      {({ account: { groupHistory } }) => {
        const difference = groupHistory?.difference;
        if (!difference) return null;
        const { members } = difference;
        return (
          <>
            <Differences
              known={difference.known}
              knownSince={difference.knownSince}
              came={difference.state?.came ?? false}
              fields={difference.state?.fields ?? []}
              moves={(members?.edges ?? []).map(({ node: { joined, user, event } }) => ({
                key: user?.id ?? event.id,
                text: (joined ? compare.joined : compare.left)(user?.name ?? compare.someone),
                event,
              }))}
            />
            {members !== null && members.totalCount > MOST_MOVES && (
              <Text size="sm">{compare.firstMembers(MOST_MOVES, members.totalCount)}</Text>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
