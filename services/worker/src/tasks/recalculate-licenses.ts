import { inTransaction } from '@rollcall/domain/database/transaction';
import { recalculateBatch } from '@rollcall/domain/licenses/recalculate-licenses';
import { z } from 'zod';
import { defineTask } from './task.ts';

const reference = z.object({ accountId: z.uuid(), jobId: z.uuid() });

export const recalculateLicenses = defineTask(
  'recalculate-licenses',
  reference,
  async (job, { db, signal, now }) => {
    while ((await inTransaction(db, (trx) => recalculateBatch(trx, job, now()))) === 'more') {
      signal.throwIfAborted();
    }
  },
);
