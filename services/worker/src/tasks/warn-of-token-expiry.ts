import { queueTokenExpiryWarnings } from '@rollcall/domain/mails/queue-token-expiry-warnings';
import { z } from 'zod';
import { defineTask } from './task.ts';

export const warnOfTokenExpiry = defineTask(
  'warn-of-token-expiry',
  z.object({}),
  async (_nothing, { db, now }) => {
    await queueTokenExpiryWarnings(db, now());
  },
);
