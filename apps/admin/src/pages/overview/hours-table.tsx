import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { words as overview } from '../../words/overview.ts';
import type { Hour } from './health.ts';
import { addressOf, nameOf, OUTCOMES } from './hours.ts';

const words = overview.chart;

const COLUMNS: readonly Column<Hour>[] = [
  { title: words.hour, cell: nameOf },
  ...OUTCOMES.toReversed().map(({ outcome, statusClass }) => ({
    title: words[outcome],
    cell: (hour: Hour) =>
      hour[outcome] === 0 ? (
        '0'
      ) : (
        <Link to={`${addressOf(hour)}&class=${statusClass}`}>{hour[outcome].toLocaleString('en')}</Link>
      ),
  })),
];

/** What the bars show, for whoever does not see them, and in exact numbers. */
export function HoursTable({ hours }: { hours: readonly Hour[] }): ReactNode {
  return (
    <DataTable
      caption={words.caption}
      columns={COLUMNS}
      rows={hours}
      keyOf={({ hour }) => hour}
      linkOf={addressOf}
      empty={null}
    />
  );
}
