import { Button, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { Notice, RefusalNotice } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import type { AdviceName } from '../../words/advice.ts';
import { words } from '../../words/provisioning-log.ts';
import { ReplayOutcome, type Outcome } from './replay-outcome.tsx';

const REPLAY = graphql(`
  mutation ReplayProvisioningEvent($input: ProvisioningEventReplayInput!) {
    provisioningEventReplay(input: $input) {
      ... on UserError {
        code
        message
      }
      ... on ProvisioningEventReplayPayload {
        provisioningEvent {
          id
          status
        }
        status
        scimType
        errorDetail
        body
        bodyCut
        hasMoreChanges
        tokenInForce
        reading {
          leniency
          text
        }
        resources {
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
          events {
            kind
            alert
            detail
            changes {
              field
              before
              after
            }
          }
        }
        alerts {
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
`);

/** Asks what the request would come to now; nothing is changed by it. */
export function Replay({ id, advised }: { id: string; advised: AdviceName | undefined }): ReactNode {
  const { make, isUnderWay, refusal } = useChange(REPLAY, 'provisioningEventReplay');
  const [outcome, setOutcome] = useState<Outcome>();
  return (
    <Section title={words.replay.title} purpose={words.replay.purpose}>
      <Stack gap="sm">
        <div>
          <Button
            variant="default"
            loading={isUnderWay}
            onClick={() => {
              setOutcome(undefined);
              void make({ input: { id } }).then(setOutcome);
            }}
          >
            {words.replay.action}
          </Button>
        </div>
        <RefusalNotice refusal={refusal} />
        {outcome !== undefined && (
          <>
            <Notice kind={outcome.status < 400 ? 'success' : 'warning'} title={verdictOn(outcome)}>
              {outcome.errorDetail}
            </Notice>
            <ReplayOutcome outcome={outcome} advised={advised} />
          </>
        )}
      </Stack>
    </Section>
  );
}

function verdictOn({ status, provisioningEvent }: Outcome): string {
  return status === provisioningEvent.status
    ? words.replay.same(status)
    : words.replay.different(provisioningEvent.status, status);
}
