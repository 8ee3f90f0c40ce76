import { Anchor, Code, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { CopyValue } from '../../ui/copy-value.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { words as log } from '../../words/audit-log.ts';
import { words as logs } from '../../words/logs.ts';
import { type Actor, ActorName, type Target, TargetName } from '../logs/names.tsx';

const words = log.one;

interface Event {
  readonly at: string;
  readonly lastAt: string | null;
  readonly kind: string;
  readonly occurrences: number;
  readonly actor: Actor;
  readonly target: Target;
  readonly request: { readonly requestId: string; readonly method: string; readonly path: string } | null;
  readonly provisioningEvent: { readonly id: string } | null;
}

export function EventFacts({ event }: { event: Event }): ReactNode {
  const { at, lastAt, occurrences, kind, actor, target, request, provisioningEvent } = event;
  return (
    <Section title={words.facts}>
      <Facts
        facts={[
          [words.at, <Time key="at" at={at} />],
          ...(lastAt === null
            ? []
            : [
                [
                  words.last,
                  <span key="last">
                    <Time at={lastAt} /> ({logs.times(occurrences)})
                  </span>,
                ] as const,
              ]),
          [words.actor, <By key="actor" actor={actor} />],
          [words.target, <To key="target" target={target} />],
          [words.kind, <Code key="kind">{kind}</Code>],
          ...(request === null
            ? []
            : [
                [
                  words.request,
                  <span key="request">
                    {request.method} {request.path}{' '}
                    {provisioningEvent !== null && (
                      <Anchor
                        component={Link}
                        to={paths.provisioningEvent(provisioningEvent.id)}
                        underline="always"
                      >
                        {words.toRequest}
                      </Anchor>
                    )}
                  </span>,
                ] as const,
                [
                  words.requestId,
                  <CopyValue key="id" name={words.requestId} value={request.requestId} />,
                ] as const,
              ]),
        ]}
      />
    </Section>
  );
}

function By({ actor }: { actor: Actor }): ReactNode {
  return (
    <Group gap="sm">
      <span>
        <ActorName actor={actor} />
      </span>
      {actor.nodeId !== null && <More filter="actor" id={actor.nodeId} text={words.sameActor} />}
    </Group>
  );
}

function To({ target }: { target: Target }): ReactNode {
  return (
    <Group gap="sm">
      <span>
        <TargetName target={target} />
      </span>
      {target.nodeId !== null && <More filter="target" id={target.nodeId} text={words.sameTarget} />}
    </Group>
  );
}

function More({ filter, id, text }: { filter: 'actor' | 'target'; id: string; text: string }): ReactNode {
  return (
    <Anchor
      component={Link}
      to={`${paths.auditLog}?${filter}=${encodeURIComponent(id)}`}
      size="sm"
      underline="always"
    >
      {text}
    </Anchor>
  );
}
