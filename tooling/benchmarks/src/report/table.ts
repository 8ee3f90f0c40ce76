import type { Report, ResultLine } from './report.ts';

const HEADINGS = [
  'row',
  'work',
  'rate',
  'floor or base',
  'ratio',
  'target',
  'ok',
  'p50',
  'p99',
  'peak memory',
];

/** The report for a terminal. */
export function textTable(report: Report): string {
  const rows = [HEADINGS, ...report.lines.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...headOf(report), '', ...lines, ''].join('\n');
}

/** The report as a part of a Markdown page. */
export function markdownTable(report: Report): string {
  const rows = [HEADINGS, HEADINGS.map(() => '---'), ...report.lines.map(cellsOf)];
  const head = headOf(report).map((line) => `- ${line}`);
  return [...head, '', ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`), ''].join('\n');
}

function headOf({ startedAt, commit, node, postgres, machine, sizes }: Report): string[] {
  return [
    `Measured ${startedAt}, commit ${commit}`,
    `Node ${node}, PostgreSQL ${postgres}`,
    `On ${machine}`,
    `With ${sizes}`,
  ];
}

function cellsOf(line: ResultLine): string[] {
  return [
    line.row,
    line.work,
    perSecond(line.rate),
    line.base === undefined ? '' : `${line.base.name}: ${perSecond(line.base.rate)}`,
    line.ratio?.toFixed(2) ?? line.found ?? '',
    line.target,
    line.ok ? 'yes' : 'no',
    milliseconds(line.p50),
    milliseconds(line.p99),
    line.peakMemory === undefined ? '' : `${(line.peakMemory / 2 ** 20).toFixed(0)} MB`,
  ];
}

function perSecond(rate: number | undefined): string {
  if (rate === undefined) return '';
  return `${rate < 100 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')}/s`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toPrecision(3)} ms`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`);
}
