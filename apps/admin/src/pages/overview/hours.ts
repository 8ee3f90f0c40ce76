import { paths } from '../../paths.ts';
import type { Hour } from './health.ts';

const HOUR_MS = 60 * 60 * 1000;
const HOUR_NAME = new Intl.DateTimeFormat('en', {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** What can become of a request, with what the log calls it; in the order of a bar, from its top. */
export const OUTCOMES = [
  { outcome: 'failed', statusClass: 'SERVER_ERROR' },
  { outcome: 'refused', statusClass: 'CLIENT_ERROR' },
  { outcome: 'accepted', statusClass: 'SUCCESS' },
] as const;

/** When the hour began, in the viewer's zone. */
export function nameOf({ hour }: Hour): string {
  return HOUR_NAME.format(new Date(hour));
}

/** The requests of the hour. */
export function addressOf({ hour }: Hour): string {
  const until = new Date(Date.parse(hour) + HOUR_MS).toISOString();
  return `${paths.provisioningLog}?${new URLSearchParams({ since: hour, until }).toString()}`;
}
