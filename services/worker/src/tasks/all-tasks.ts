import type { TaskName } from '@rollcall/domain/jobs/tasks';
import { defaultGroupCleanup, defaultGroupCleanupUndo } from './clean-up-default-groups.ts';
import { deleteRecords } from './delete-old-records.ts';
import { deleteSchemaValues } from './delete-schema-values.ts';
import { endInvitations } from './end-expired-invitations.ts';
import { queueAlerts } from './queue-alert-mails.ts';
import { recalculateLicenses } from './recalculate-licenses.ts';
import { sendMail } from './send-mail.ts';
import type { Task } from './task.ts';
import { warnOfTokenExpiry } from './warn-of-token-expiry.ts';

/** Whatever the worker can do. */
export const allTasks: { readonly [Name in TaskName]: Task<Name> } = {
  'default-group-cleanup': defaultGroupCleanup,
  'default-group-cleanup-undo': defaultGroupCleanupUndo,
  'delete-schema-values': deleteSchemaValues,
  'send-mail': sendMail,
  'recalculate-licenses': recalculateLicenses,
  'queue-alert-mails': queueAlerts,
  'warn-of-token-expiry': warnOfTokenExpiry,
  'end-expired-invitations': endInvitations,
  'delete-old-records': deleteRecords,
};
