import type { Exchange, Surprise } from '../http/journal.ts';

export interface RequestRow {
  readonly kind: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** '200': 12, 'none': 1 */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface Report {
  readonly provider: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly people: number;
  readonly groups: number;
  readonly seconds: number;
  readonly requests: readonly RequestRow[];
  readonly differences: readonly string[];
  readonly surprises: readonly Surprise[];
  readonly passed: boolean;
}

export function requestRows(exchanges: readonly Exchange[]): RequestRow[] {
  const kinds = Map.groupBy(exchanges, (exchange) => exchange.kind);
  return [...kinds].map(([kind, some]) => {
    const times = some.map((exchange) => exchange.ms).toSorted((a, b) => a - b);
    const statuses = Map.groupBy(some, (exchange) => String(exchange.status));
    return {
      kind,
      count: some.length,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      statuses: Object.fromEntries([...statuses].map(([status, { length }]) => [status, length])),
    };
  });
}

/** The report as a person reads it at the end of a run. */
export function summaryText(report: Report): string {
  return [
    '',
    ...table(report.requests),
    ...expectedRefusals(report.requests),
    '',
    ...section('Unexplained answers', report.surprises.flatMap(surpriseLines), report.surprises.length),
    ...section('Differences', report.differences, report.differences.length),
    verdict(report),
    '',
  ].join('\n');
}

function table(rows: readonly RequestRow[]): string[] {
  const cells = rows.map(({ kind, count, p50Ms, p99Ms, statuses }) => [
    kind,
    String(count),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    Object.entries(statuses)
      .map(([status, times]) => `${status}×${times}`)
      .join(' '),
  ]);
  const all = [['request', 'count', 'p50 ms', 'p99 ms', 'statuses'], ...cells];
  return all.map(([kind = '', count = '', p50 = '', p99 = '', statuses = '']) =>
    [kind.padEnd(18), count.padStart(7), p50.padStart(9), p99.padStart(9), ` ${statuses}`].join(' '),
  );
}

/** A user name that is no address has to be refused until the administrator corrects it. */
function expectedRefusals(rows: readonly RequestRow[]): string[] {
  const refused = rows.reduce((sum, { statuses }) => sum + (statuses['400'] ?? 0), 0);
  return refused === 0
    ? []
    : ['', `${refused} answers 400; user names that are no addresses are refused on purpose.`];
}

function section(title: string, lines: readonly string[], count: number): string[] {
  return count === 0 ? [] : [`${title} (${count}):`, ...lines.map((line) => `  ${line}`), ''];
}

function surpriseLines({ why, request, answer }: Surprise): string[] {
  return [why, `  request: ${request}`, `  answer:  ${answer}`];
}

function verdict({ passed, people, groups, seconds, differences, surprises }: Report): string {
  const scope = `${people} people and ${groups} groups in ${seconds.toFixed(1)} s`;
  if (passed) return `PASSED: ${scope}; everything read back is as the directory says.`;
  return `FAILED: ${scope}; ${differences.length} differences, ${surprises.length} unexplained answers.`;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
