import { deleteOldRecords } from '@rollcall/domain/retention/delete-old-records';
import { z } from 'zod';
import { defineTask } from './task.ts';

export const deleteRecords = defineTask(
  'delete-old-records',
  z.object({}),
  async (_nothing, { db, now, signal, logger }) => {
    const deleted = await deleteOldRecords(db, now(), signal);
    if (deleted > 0) logger.info({ deleted }, 'old records were deleted');
  },
);
