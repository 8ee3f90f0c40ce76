import type { QueryParameters } from './list-query.ts';
import type { Reading } from './reading.ts';

const PARAMETERS = new Map(
  ['attributes', 'excludedAttributes', 'filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor'].map(
    (name) => [name.toLowerCase(), name],
  ),
);

/** Notes what in a URL's query is no letter of the RFC: a parameter's name in another case, a filter in a selection. */
export function noteQueryDialects(query: QueryParameters, reading: Reading): void {
  for (const [written, value = []] of Object.entries(query)) {
    const name = PARAMETERS.get(written.toLowerCase());
    if (name === undefined) continue;
    if (name !== written) {
      reading.leniency('parameter-case', `Read the query parameter ${name} ignoring case`, 'invalidValue');
    }
    if (name === 'attributes' || name === 'excludedAttributes')
      noteSelectionFilter(name, [value].flat(), reading);
  }
}

/** RFC 7644 3.9 has names alone; a filter after one is passed over, and the attribute answered whole. */
export function noteSelectionFilter(
  parameter: 'attributes' | 'excludedAttributes',
  names: readonly string[],
  reading: Reading,
): void {
  if (!names.some((name) => name.includes('['))) return;
  reading.leniency('selection-filter', `Passed over a filter in ${parameter}`, 'invalidValue');
}
