export type ExportedLog = 'provisioning-events' | 'audit-events';
export type ExportFilter = Readonly<Record<string, string | boolean | readonly string[] | null | undefined>>;

/** Where the admin API gives out a log as a file: the filter of the list, by the same names. */
export function exportAddress(log: ExportedLog, format: 'csv' | 'jsonl', filter: ExportFilter): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
  }
  const query = parameters.toString();
  return `/exports/${log}.${format}${query === '' ? '' : `?${query}`}`;
}
