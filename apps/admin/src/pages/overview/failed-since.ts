import { paths } from '../../paths.ts';
import type { Hour } from './health.ts';

/** The list of what did not go through in these hours. */
export function failedSince(hours: readonly Hour[]): string {
  const since = hours[0]?.hour ?? '';
  return `${paths.provisioningLog}?${new URLSearchParams({ failed: 'true', since }).toString()}`;
}
