import { stringify } from 'csv-stringify/sync';
import { cellOf, type Columns, recordOf } from './columns.ts';

/** How the entries of a log are written into a file. */
export interface Format {
  readonly contentType: string;
  /** What the file begins with. */
  head<Entry>(columns: Columns<Entry>): string;
  body<Entry>(columns: Columns<Entry>, entries: readonly Entry[]): string;
}

export const FORMATS: Readonly<Record<'csv' | 'jsonl', Format>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: (columns) => csv([columns.map(([name]) => name)]),
    body: (columns, entries) =>
      csv(entries.map((entry) => columns.map(([, valueOf]) => cellOf(valueOf(entry))))),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    body: (columns, entries) =>
      entries.map((entry) => `${JSON.stringify(recordOf(columns, entry))}\n`).join(''),
  },
};

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe before it: strangers' texts are in a log. */
function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: 'windows' },
  );
}
