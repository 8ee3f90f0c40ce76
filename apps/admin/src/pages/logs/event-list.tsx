import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Json } from '../../api/graphql.ts';
import { Badge } from '../../ui/badge.tsx';
import { auditKindText } from '../../words/audit-kinds.ts';
import { words } from '../../words/logs.ts';
import { type EventChange, EventChanges } from './event-changes.tsx';
import { JsonText } from './json-text.tsx';
import classes from './logs.module.css';
import { type Target, TargetName } from './names.tsx';

/** A change as it was recorded, or as it would be. */
export interface ToldEvent {
  readonly kind: string;
  readonly alert: boolean;
  readonly detail: Json;
  readonly changes: readonly EventChange[];
  readonly target: Target;
}

/** Changes, one below the other, each with its differences or else with what is told of it. */
export function EventList({
  events,
  absent,
}: {
  events: readonly (ToldEvent & { readonly id?: string; readonly to?: string })[];
  /** Why the person or group of one is not to be found; by default, they are gone. */
  absent?: string;
}): ReactNode {
  return (
    <div>
      {events.map((event, index) => (
        <Stack key={event.id ?? `${index} ${event.kind}`} gap="xs" className={classes['event']}>
          <Group gap="xs">
            <Text fw={500} span>
              <EventName event={event} />
            </Text>
            <TargetName target={event.target} {...(absent !== undefined && { absent })} />
            {event.alert && <Badge tone="bad">{words.alert}</Badge>}
          </Group>
          <EventDifferences event={event} />
        </Stack>
      ))}
    </div>
  );
}

function EventName({ event: { kind, to } }: { event: { kind: string; to?: string } }): ReactNode {
  const text = auditKindText(kind);
  if (to === undefined) return text;
  return (
    <Anchor component={Link} to={to} inherit c="inherit" underline="always">
      {text}
    </Anchor>
  );
}

function EventDifferences({ event: { kind, changes, detail } }: { event: ToldEvent }): ReactNode {
  if (changes.length > 0) return <EventChanges what={auditKindText(kind)} changes={changes} />;
  return detail === null || isEmpty(detail) ? null : <JsonText name={words.detail} value={detail} />;
}

function isEmpty(detail: Json): boolean {
  return typeof detail === 'object' && detail !== null && Object.keys(detail).length === 0;
}
