import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Json } from '../../api/graphql.ts';
import { Notice } from '../../ui/notices.tsx';
import type { AdviceName } from '../../words/advice.ts';
import { words as log } from '../../words/provisioning-log.ts';
import { EventList, type ToldEvent } from '../logs/event-list.tsx';
import { JsonText } from '../logs/json-text.tsx';
import type { Target } from '../logs/names.tsx';
import { AdviceNotice } from './advice-notice.tsx';
import { adviceFor } from './advice.ts';
import { Reading } from './request-parts.tsx';

const words = log.replay;

/** What a request would come to now. */
export interface Outcome {
  readonly provisioningEvent: { readonly status: number };
  readonly status: number;
  readonly scimType: string | null;
  readonly errorDetail: string | null;
  readonly body: Json;
  readonly bodyCut: boolean;
  readonly hasMoreChanges: boolean;
  readonly tokenInForce: boolean;
  readonly reading: readonly { readonly leniency: string; readonly text: string }[];
  readonly resources: readonly {
    readonly target: Target;
    readonly events: readonly Omit<ToldEvent, 'target'>[];
  }[];
  readonly alerts: readonly ToldEvent[];
}

export function ReplayOutcome({
  outcome,
  advised,
}: {
  outcome: Outcome;
  /** The advice that stands on the page already. */
  advised: AdviceName | undefined;
}): ReactNode {
  const { resources, alerts, body, bodyCut, hasMoreChanges, tokenInForce, reading } = outcome;
  const advice = adviceFor(outcome);
  const events = resources.flatMap((resource) =>
    resource.events.map((event) => ({ ...event, target: resource.target })),
  );
  return (
    <>
      {!tokenInForce && <Notice kind="info" title={words.tokenOver} />}
      {advice !== undefined && advice !== advised && <AdviceNotice name={advice} />}
      <Part title={words.changes}>
        {events.length === 0 ? (
          <Text size="sm">{words.nothing}</Text>
        ) : (
          <EventList events={events} absent={words.newcomer} />
        )}
        {hasMoreChanges && <Text size="sm">{words.more}</Text>}
      </Part>
      {alerts.length > 0 && (
        <Part title={words.alerts}>
          <EventList events={alerts} />
        </Part>
      )}
      <Part title={words.reading}>
        <Reading reading={reading} />
      </Part>
      {(body !== null || bodyCut) && (
        <Part title={words.body}>
          {bodyCut ? <Text size="sm">{words.bodyCut}</Text> : <JsonText name={words.body} value={body} />}
        </Part>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </>
  );
}
