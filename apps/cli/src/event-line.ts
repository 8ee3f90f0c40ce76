import { styleText } from 'node:util';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { printable } from './output.ts';

/** One request for a person to read: when, what, how it ended and how long it took, and why it was refused. */
export function eventLine(event: ProvisioningEvent): string {
  const parts = [
    event.at.toISOString(),
    status(event.status),
    printable(event.method).padEnd(6),
    printable(event.path.replace(/^\/scim\/v2\/[0-9a-f-]{36}(?=\/|$)/iu, '') || '/'),
    `${Math.round(event.durationMs)} ms`,
  ];
  if (event.resourceId !== null)
    parts.push(`→ ${printable(event.resourceType ?? 'resource')} ${event.resourceId}`);
  const notes = [
    ...(event.errorDetail === null ? [] : [`${event.scimType ?? 'refused'}: ${event.errorDetail}`]),
    ...event.leniencies.map((leniency) => `read leniently: ${leniency.text}`),
  ];
  return [parts.join('  '), ...notes.map((note) => `    ${printable(note)}`)].join('\n');
}

function status(code: number): string {
  const text = String(code);
  if (code >= 500) return styleText('red', text, { stream: process.stdout });
  if (code >= 400) return styleText('yellow', text, { stream: process.stdout });
  return styleText('green', text, { stream: process.stdout });
}
