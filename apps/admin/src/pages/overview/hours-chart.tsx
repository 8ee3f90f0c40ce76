import { Group, Text } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { words as overview } from '../../words/overview.ts';
import type { Hour } from './health.ts';
import { addressOf, nameOf, OUTCOMES } from './hours.ts';
import classes from './hours-chart.module.css';

const words = overview.chart;
// Tables are not needed for the first page.
const HoursTable = lazy(async () => ({ default: (await import('./hours-table.tsx')).HoursTable }));

/** Requests hour by hour, as bars that lead to them, and as a table. */
export function HoursChart({ hours }: { hours: readonly Hour[] }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const most = Math.max(1, ...hours.map(amountOf));
  return (
    <figure className={classes['figure']}>
      <Group component="figcaption" justify="space-between" gap="xs">
        <Text span size="sm" fw={500}>
          {words.caption}
        </Text>
        <Group gap="md" aria-hidden="true">
          {OUTCOMES.toReversed().map(({ outcome }) => (
            <Group key={outcome} gap={6}>
              <span className={classes['sample']} data-outcome={outcome} />
              <Text size="xs">{words[outcome]}</Text>
            </Group>
          ))}
        </Group>
      </Group>
      {/* The same is in the table below, for whoever does not see bars or use a mouse. */}
      <div aria-hidden="true">
        <Text size="xs" c="dimmed">
          {words.most(most)}
        </Text>
        <div className={classes['bars']}>
          {hours.map((hour) => (
            <Bar key={hour.hour} hour={hour} most={most} />
          ))}
        </div>
        <Group justify="space-between">
          {[hours[0], hours[Math.floor(hours.length / 2)], hours.at(-1)].map(
            (hour) =>
              hour !== undefined && (
                <Text key={hour.hour} size="xs" c="dimmed">
                  {nameOf(hour)}
                </Text>
              ),
          )}
        </Group>
      </div>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          <Text span size="sm">
            {words.asTable}
          </Text>
        </summary>
        {isOpen && (
          <Suspense>
            <HoursTable hours={hours} />
          </Suspense>
        )}
      </details>
    </figure>
  );
}

function Bar({ hour, most }: { hour: Hour; most: number }): ReactNode {
  return (
    <Link
      to={addressOf(hour)}
      tabIndex={-1}
      className={classes['bar']}
      title={words.bar(nameOf(hour), hour.accepted, hour.refused, hour.failed)}
    >
      {OUTCOMES.map(
        ({ outcome }) =>
          hour[outcome] > 0 && (
            <span
              key={outcome}
              className={classes['part']}
              data-outcome={outcome}
              style={{ height: `${(hour[outcome] / most) * 100}%` }}
            />
          ),
      )}
    </Link>
  );
}

function amountOf({ accepted, refused, failed }: Hour): number {
  return accepted + refused + failed;
}
