import { useEffect, useState, type ReactNode } from 'react';
import { words } from '../words/common.ts';

const MINUTE_MS = 60_000;
const UNITS = [
  ['year', 365 * 24 * 60 * MINUTE_MS],
  ['month', 30 * 24 * 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
] as const;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** "3 minutes ago", in the viewer's zone, with the instant on hover. Never, where there is none. */
export function Time({ at, never = words.time.never }: { at: string | null; never?: string }): ReactNode {
  const now = useNow();
  if (at === null) return never;
  const date = new Date(at);
  return (
    <time dateTime={at} title={EXACT.format(date)}>
      {distance(date.getTime() - now)}
    </time>
  );
}

/** The day in the viewer's zone, with the instant on hover: for what ends on it. */
export function Day({ at }: { at: string }): ReactNode {
  const date = new Date(at);
  return (
    <time dateTime={at} title={EXACT.format(date)}>
      {DAY.format(date)}
    </time>
  );
}

/** In words, towards the future or the past. */
export function distance(milliseconds: number): string {
  const unit = UNITS.find(([, length]) => Math.abs(milliseconds) >= length);
  if (unit === undefined) return words.time.now;
  const [name, length] = unit;
  return RELATIVE.format(Math.trunc(milliseconds / length), name);
}

/** The current time, kept up to the minute. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), MINUTE_MS / 2);
    return () => clearInterval(clock);
  }, []);
  return now;
}
