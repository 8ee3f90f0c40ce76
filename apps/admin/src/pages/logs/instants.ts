import type { SearchState } from '../../ui/use-search-state.ts';

const MINUTE_MS = 60_000;
/** 2026-11-22T08:00 */
const TO_THE_MINUTE = 16;

/** The instant that a filter names in the address, in the API's spelling; undefined for none, and for what is none. */
export function instantIn(state: SearchState, name: string): string | undefined {
  return instantOf(state.get(name) ?? '');
}

/** The instant that a field for date and time holds, in the viewer's zone. */
export function instantOf(text: string): string | undefined {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The other way round. */
export function fieldTextOf(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS)
    .toISOString()
    .slice(0, TO_THE_MINUTE);
}
