import { queueAlertMails } from '@rollcall/domain/mails/queue-alert-mails';
import { z } from 'zod';
import { defineTask } from './task.ts';

export const queueAlerts = defineTask('queue-alert-mails', z.object({}), async (_nothing, { db, now }) => {
  await queueAlertMails(db, now());
});
