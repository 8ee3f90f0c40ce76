export type ListProvider = 'ENTRA' | 'OKTA';

const ENTRA_TAG = 'AzureActiveDirectory';

/**
 * The part of a published list that is imported: a request may be much smaller than Microsoft's whole file. A file that is
 * otherwise than published stays as it is, so that whoever reads it can say where. Undefined: it is no JSON.
 */
export function cutList(provider: ListProvider, text: string): string | undefined {
  const file = parsed(text);
  if (file === undefined) return undefined;
  return JSON.stringify(provider === 'ENTRA' ? cutServiceTags(file.content) : cutCells(file.content));
}

/** `2026-11-23` of `ServiceTags_Public_20261123.json`. */
export function publishedOnIn(fileName: string): string | undefined {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})\.json$/iu.exec(fileName) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

function parsed(text: string): { content: unknown } | undefined {
  try {
    // A byte order mark stands before what some tools save.
    return { content: JSON.parse(text.replace(/^\uFEFF/u, '')) };
  } catch {
    return undefined;
  }
}

function cutServiceTags(content: unknown): unknown {
  if (!isObject(content) || !Array.isArray(content['values'])) return content;
  const tags: unknown[] = content['values'];
  return {
    changeNumber: content['changeNumber'],
    values: tags.filter((tag) => isObject(tag) && tag['name'] === ENTRA_TAG),
  };
}

function cutCells(content: unknown): unknown {
  if (!isObject(content)) return content;
  const cells = Object.entries(content).map(([name, cell]) => {
    const ranges = isObject(cell) ? cell['ip_ranges'] : undefined;
    return [name, ranges === undefined ? cell : { ip_ranges: ranges }] as const;
  });
  return Object.fromEntries(cells);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
