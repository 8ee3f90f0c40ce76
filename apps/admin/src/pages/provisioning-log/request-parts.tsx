import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Json } from '../../api/graphql.ts';
import { paths } from '../../paths.ts';
import { Lines } from '../../ui/lines.tsx';
import { CopyValue } from '../../ui/copy-value.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { words as common } from '../../words/common.ts';
import { words as log } from '../../words/provisioning-log.ts';
import { EventList, type ToldEvent } from '../logs/event-list.tsx';
import { JsonText } from '../logs/json-text.tsx';
import classes from '../logs/logs.module.css';
import { GroupLink, PersonLink } from '../logs/names.tsx';

const words = log.one;

interface Event {
  readonly requestId: string;
  readonly at: string;
  readonly durationMs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly address: string;
  readonly userAgent: string | null;
  readonly scimType: string | null;
  readonly errorDetail: string | null;
  readonly requestBody: Json;
  readonly answer: Json;
  readonly token: { readonly name: string; readonly hint: string } | null;
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly group: { readonly id: string; readonly displayName: string } | null;
  readonly preconditions: { readonly ifMatch: string | null; readonly ifNoneMatch: string | null } | null;
  readonly reading: readonly { readonly leniency: string; readonly text: string }[];
  readonly auditEvents: {
    readonly totalCount: number;
    readonly edges: readonly { readonly node: ToldEvent & { readonly id: string } }[];
  };
}

export function RequestFacts({ event }: { event: Event }): ReactNode {
  return (
    <Section title={words.facts}>
      <Facts
        facts={[
          [words.at, <Time key="at" at={event.at} />],
          [words.about, <About key="about" event={event} />],
          [words.token, event.token === null ? words.tokenGone : `${event.token.name} (${event.token.hint})`],
          [words.client, event.userAgent ?? words.unknownClient],
          [words.address, event.address],
          [words.took, log.milliseconds(event.durationMs)],
          [words.requestId, <CopyValue key="id" name={words.requestId} value={event.requestId} />],
        ]}
      />
    </Section>
  );
}

function About({ event: { user, group } }: { event: Event }): ReactNode {
  if (user === null && group === null) return common.none;
  const about =
    user === null ? `group=${encodeURIComponent(group?.id ?? '')}` : `user=${encodeURIComponent(user.id)}`;
  return (
    <>
      {user !== null && <PersonLink user={user} />}
      {group !== null && <GroupLink group={group} />}
      {' · '}
      <Anchor component={Link} to={`${paths.provisioningLog}?${about}`} underline="always">
        {words.otherRequests}
      </Anchor>
    </>
  );
}

/** What the identity provider got back. */
export function Answered({ event: { status, scimType, errorDetail, answer } }: { event: Event }): ReactNode {
  return (
    <Section title={words.answered}>
      <Stack gap="sm">
        <Facts
          facts={[
            [words.status, String(status)],
            ...(scimType === null ? [] : [[words.scimType, scimType] as const]),
            ...(errorDetail === null ? [] : [[words.errorDetail, errorDetail] as const]),
          ]}
        />
        {answer !== null && <JsonText name={words.answer} value={answer} />}
      </Stack>
    </Section>
  );
}

export function Sent({ event: { method, path, requestBody, preconditions } }: { event: Event }): ReactNode {
  return (
    <Section title={words.sent}>
      <Stack gap="sm">
        <Text className={classes['path']}>
          {method} {path}
        </Text>
        {preconditions !== null && (
          <Facts
            facts={[
              ...(preconditions.ifMatch === null ? [] : [[words.ifMatch, preconditions.ifMatch] as const]),
              ...(preconditions.ifNoneMatch === null
                ? []
                : [[words.ifNoneMatch, preconditions.ifNoneMatch] as const]),
            ]}
          />
        )}
        {requestBody === null ? (
          <Text size="sm" c="dimmed">
            {words.noBody}
          </Text>
        ) : (
          <>
            <JsonText name={words.body} value={requestBody} />
            <Text size="sm" c="dimmed">
              {words.redacted}
            </Text>
          </>
        )}
      </Stack>
    </Section>
  );
}

export function WasRead({ event: { reading } }: { event: Event }): ReactNode {
  return (
    <Section title={words.read}>
      <Reading reading={reading} />
    </Section>
  );
}

/** The leniencies in words. */
export function Reading({ reading }: { reading: Event['reading'] }): ReactNode {
  if (reading.length === 0) return <Text size="sm">{words.toTheLetter}</Text>;
  return (
    <Stack gap={4}>
      <Text size="sm">{words.leniently}</Text>
      <Lines>
        {reading.map(({ leniency, text }) => (
          <li key={`${leniency} ${text}`}>
            {text}{' '}
            <Text span size="xs" c="dimmed">
              ({leniency})
            </Text>
          </li>
        ))}
      </Lines>
    </Stack>
  );
}

export function Changed({ event: { auditEvents, requestId } }: { event: Event }): ReactNode {
  const { edges, totalCount } = auditEvents;
  return (
    <Section title={words.changed}>
      <Stack gap="sm">
        {edges.length === 0 ? (
          <Text size="sm">{words.nothingChanged}</Text>
        ) : (
          <EventList events={edges.map(({ node }) => ({ ...node, to: paths.auditEvent(node.id) }))} />
        )}
        {totalCount > edges.length && (
          <Text size="sm">
            {words.notAllChanged(edges.length, totalCount)}{' '}
            <Anchor
              component={Link}
              to={`${paths.auditLog}?request=${encodeURIComponent(requestId)}`}
              underline="always"
            >
              {words.allChanges}
            </Anchor>
          </Text>
        )}
      </Stack>
    </Section>
  );
}
