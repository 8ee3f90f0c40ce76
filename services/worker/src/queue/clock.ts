import type { TaskName } from '@rollcall/domain/jobs/tasks';
import { parseCronItems, type ParsedCronItem } from 'graphile-worker';

/** What the clock starts, in UTC: of several workers one does, and a turn that is still under way is not joined by the next. */
const SCHEDULE: readonly { task: TaskName; match: string }[] = [
  { task: 'queue-alert-mails', match: '* * * * *' },
  { task: 'end-expired-invitations', match: '*/15 * * * *' },
  { task: 'warn-of-token-expiry', match: '10 * * * *' },
  { task: 'delete-old-records', match: '40 * * * *' },
];

/** A turn that fails is tried a few times; the next turn comes anyway. */
const ATTEMPTS = 3;

export function clockItems(): ParsedCronItem[] {
  return parseCronItems(
    SCHEDULE.map(({ task, match }) => ({
      task,
      match,
      identifier: task,
      options: { maxAttempts: ATTEMPTS, queueName: task, jobKey: task, jobKeyMode: 'preserve_run_at' },
    })),
  );
}
