import type { Report } from './report.ts';

/** Whether parsed JSON is a report that this tool wrote. */
export function isReport(value: unknown): value is Report {
  return (
    typeof value === 'object' &&
    value !== null &&
    'commit' in value &&
    'lines' in value &&
    Array.isArray(value.lines)
  );
}
