import { Anchor, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { paths } from '../../paths.ts';
import { Facts } from '../../ui/facts.tsx';
import { Loaded, Notice } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { words as overview } from '../../words/overview.ts';
import { AnswerBadge } from '../provisioning-log/answer-badge.tsx';
import { failedSince } from './failed-since.ts';
import { type Health, healthOf, type Hour, percentText, totals } from './health.ts';
import { HoursChart } from './hours-chart.tsx';
import { HEALTH, OUTCOMES } from './queries.ts';

const words = overview.health;
const DAY_MS = 24 * 60 * 60 * 1000;

const KINDS = {
  off: 'info',
  waiting: 'info',
  silent: 'warning',
  quiet: 'info',
  troubled: 'warning',
  well: 'success',
} as const;

const HELP: Partial<Record<Health, string>> = {
  off: words.offHelp,
  waiting: words.waitingHelp,
  silent: words.silentHelp,
};

/** Whether provisioning works: the last request, what came to nothing, and the last day hour by hour. */
export function HealthPart(): ReactNode {
  const [now] = useState(() => Date.now());
  const answer = useAnswer(HEALTH, { since: new Date(now - DAY_MS).toISOString() });
  const { data: counted } = useAnswer(OUTCOMES, {});
  const hours = counted?.account.provisioningOutcomes ?? undefined;
  return (
    <Section title={words.title}>
      <Loaded answer={answer}>
        {({ account: { scim, provisioningEvents, rejectedRequests } }) => {
          const last = provisioningEvents?.edges[0]?.node;
          const health =
            hours !== undefined &&
            healthOf({
              isEnabled: scim?.enabled ?? false,
              providerKind: scim?.providerKind ?? null,
              lastAt: last?.at,
              hours,
              now,
            });
          return (
            <Stack gap="md">
              {health !== false && <Verdict health={health} />}
              {last !== undefined && hours !== undefined && (
                <>
                  <Figures last={last} hours={hours} rejected={rejectedRequests?.totalCount ?? 0} />
                  <HoursChart hours={hours} />
                </>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Verdict({ health }: { health: Health }): ReactNode {
  const needsSetUp = health === 'off' || health === 'waiting';
  return (
    <Notice kind={KINDS[health]} title={words[health]}>
      {needsSetUp ? (
        <>
          {HELP[health]}{' '}
          <Anchor component={Link} to={paths.access} size="sm" underline="always">
            {words.toAccess}
          </Anchor>
        </>
      ) : (
        HELP[health]
      )}
    </Notice>
  );
}

function Figures({
  last,
  hours,
  rejected,
}: {
  last: { readonly id: string; readonly at: string; readonly status: number };
  hours: readonly Hour[];
  /** Hours and addresses from which requests without a valid token came. */
  rejected: number;
}): ReactNode {
  return (
    <Facts
      facts={[
        [
          words.last,
          <span key="last">
            <Anchor component={Link} to={paths.provisioningEvent(last.id)} underline="always">
              <Time at={last.at} />
            </Anchor>{' '}
            <AnswerBadge status={last.status} />
          </span>,
        ],
        [words.rate, <Rate key="rate" hours={hours} />],
        ...(rejected === 0
          ? []
          : [
              [
                words.untokened,
                <Anchor key="rejected" component={Link} to={paths.rejectedRequests} underline="always">
                  {words.untokenedLink}
                </Anchor>,
              ] as const,
            ]),
      ]}
    />
  );
}

function Rate({ hours }: { hours: readonly Hour[] }): ReactNode {
  const { all, bad } = totals(hours);
  if (all === 0) return words.noRequests;
  const text = words.rateText(percentText(bad, all), bad, all);
  if (bad === 0) return text;
  return (
    <Anchor component={Link} to={failedSince(hours)} underline="always">
      {text}
    </Anchor>
  );
}
