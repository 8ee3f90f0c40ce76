import { runDeletion } from '@rollcall/domain/custom-schemas/deletion-job';
import { z } from 'zod';
import { defineTask } from './task.ts';

const reference = z.object({ accountId: z.uuid(), jobId: z.uuid() });

export const deleteSchemaValues = defineTask(
  'delete-schema-values',
  reference,
  ({ accountId, jobId }, { db, now, signal }) => runDeletion(db, accountId, jobId, { now, signal }),
);
