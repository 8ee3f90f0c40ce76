import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { paths } from '../../../paths.ts';
import { Loaded } from '../../../ui/notices.tsx';
import { words } from '../../../words/history.ts';
import { Comparison, Differences, type Span } from '../../history/comparison.tsx';
import { HistorySection } from '../../history/history-section.tsx';

const DIFFERENCE = graphql(`
  query PersonDifference($id: ID!, $from: DateTime!, $to: DateTime!) {
    account {
      user(id: $id) {
        history {
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
            groups {
              joined
              group {
                groupId
                displayName
              }
              event {
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
`);

const { compare } = words;

/** What changed of a person, and what is different from an earlier time, the groups included. */
export function PersonHistory({ id }: { id: string }): ReactNode {
  return (
    <HistorySection
      target={id}
      requests={`${paths.provisioningLog}?${new URLSearchParams({ user: id }).toString()}`}
    >
      <Comparison>{(span) => <Difference id={id} span={span} />}</Comparison>
    </HistorySection>
  );
}

function Difference({ id, span }: { id: string; span: Span }): ReactNode {
  const answer = useAnswer(DIFFERENCE, { id, ...span });
  return (
    <Loaded answer={answer}>
      {({ account: { user } }) => {
        const difference = user?.history?.difference;
        if (!difference) return null;
        return (
          <Differences
            known={difference.known}
            knownSince={difference.knownSince}
            came={difference.state?.came ?? false}
            fields={difference.state?.fields ?? []}
            moves={(difference.groups ?? []).map(({ joined, group: { groupId, displayName }, event }) => ({
              key: groupId,
              text: (joined ? compare.joinedGroup : compare.leftGroup)(displayName ?? compare.someGroup),
              event,
            }))}
          />
        );
      }}
    </Loaded>
  );
}
