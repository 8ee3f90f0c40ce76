import { Anchor, Box } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { NotThere } from '../../frame/page-failure.tsx';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/provisioning-log.ts';
import { AdviceNotice } from './advice-notice.tsx';
import { adviceFor } from './advice.ts';
import { AnswerBadge } from './answer-badge.tsx';
import { Replay } from './replay.tsx';
import { requestPath } from './request-path.ts';
import { Answered, Changed, RequestFacts, Sent, WasRead } from './request-parts.tsx';

const EVENT = graphql(`
  query ProvisioningEvent($id: ID!) {
    node(id: $id) {
      __typename
      ... on ProvisioningEvent {
        id
        requestId
        at
        durationMs
        method
        path
        status
        address
        userAgent
        scimType
        errorDetail
        requestBody
        answer
        token {
          name
          hint
        }
        user {
          id
          name
        }
        group {
          id
          displayName
        }
        preconditions {
          ifMatch
          ifNoneMatch
        }
        reading {
          leniency
          text
        }
        auditEvents(first: 50) {
          totalCount
          edges {
            node {
              id
              kind
              alert
              detail
              changes {
                field
                before
                after
              }
              target {
                kind
                nodeId
                user {
                  id
                  name
                }
                group {
                  id
                  displayName
                }
              }
            }
          }
        }
      }
    }
  }
`);

/** One request: what was sent, how it was read, what it changed, what was answered, and what can be done about it. */
export function ProvisioningEventPage(): ReactNode {
  const { id = '' } = useParams();
  const answer = useAnswer(EVENT, { id });
  return (
    <Loaded answer={answer}>
      {({ node }) => {
        if (node?.__typename !== 'ProvisioningEvent') return <NotThere />;
        const advice = adviceFor(node);
        return (
          <>
            <Anchor component={Link} to={paths.provisioningLog} size="sm">
              {words.title}
            </Anchor>
            <PageHeader
              title={`${node.method} ${requestPath(node.path)}`}
              purpose={<AnswerBadge status={node.status} />}
            />
            {advice !== undefined && (
              <Box mb="xl">
                <AdviceNotice name={advice} />
              </Box>
            )}
            <RequestFacts event={node} />
            <Answered event={node} />
            <Sent event={node} />
            <WasRead event={node} />
            <Changed event={node} />
            <Replay key={node.id} id={node.id} advised={advice} />
          </>
        );
      }}
    </Loaded>
  );
}
