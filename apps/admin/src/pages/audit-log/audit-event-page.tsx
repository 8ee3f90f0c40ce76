import { Anchor, Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { NotThere } from '../../frame/page-failure.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Notice } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Section } from '../../ui/section.tsx';
import { auditKindText } from '../../words/audit-kinds.ts';
import { words } from '../../words/audit-log.ts';
import { EventChanges } from '../logs/event-changes.tsx';
import { JsonText } from '../logs/json-text.tsx';
import { EventFacts } from './event-facts.tsx';

const EVENT = graphql(`
  query AuditEvent($id: ID!) {
    node(id: $id) {
      __typename
      ... on AuditEvent {
        id
        at
        lastAt
        kind
        alert
        occurrences
        detail
        changes {
          field
          before
          after
        }
        actor {
          kind
          name
          nodeId
          user {
            id
            name
          }
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
        request {
          requestId
          method
          path
        }
        provisioningEvent {
          id
        }
      }
    }
  }
`);

/** One change: by whom, to what, by which request, and each field before and after. */
export function AuditEventPage(): ReactNode {
  const { id = '' } = useParams();
  const answer = useAnswer(EVENT, { id });
  return (
    <Loaded answer={answer}>
      {({ node }) => {
        if (node?.__typename !== 'AuditEvent') return <NotThere />;
        const { kind, alert, changes, detail } = node;
        return (
          <>
            <Anchor component={Link} to={paths.auditLog} size="sm">
              {words.title}
            </Anchor>
            <PageHeader title={auditKindText(kind)} />
            {alert && (
              <Box mb="xl">
                <Notice kind="warning" title={words.one.alert} />
              </Box>
            )}
            <EventFacts event={node} />
            <Section title={words.one.difference}>
              {changes.length > 0 ? (
                <EventChanges what={auditKindText(kind)} changes={changes} />
              ) : (
                <Text size="sm">{detail === null ? words.one.blanked : words.one.noDifference}</Text>
              )}
            </Section>
            {detail !== null && (
              <details open={changes.length === 0}>
                <summary>{words.one.all}</summary>
                <JsonText name={words.one.all} value={detail} />
              </details>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
