import { defaultGroupCleanup, defaultGroupCleanupUndo } from './clean-up-default-groups.ts';
import { deleteRecords } from './delete-old-records.ts';
import { endInvitations } from './end-expired-invitations.ts';
import { queueAlerts } from './queue-alert-mails.ts';
import { recalculateLicenses } from './recalculate-licenses.ts';
import { sendMail } from './send-mail.ts';
import type { Task } from './task.ts';
import { warnOfTokenExpiry } from './warn-of-token-expiry.ts';

/** Whatever the worker can do. */
export const allTasks: readonly Task[] = [
  defaultGroupCleanup,
  defaultGroupCleanupUndo,
  sendMail,
  recalculateLicenses,
  queueAlerts,
  warnOfTokenExpiry,
  endInvitations,
  deleteRecords,
];
