import { cleanUpDefaultGroups } from '@rollcall/domain/default-group-cleanup/clean-up-default-groups';
import { putBackMemberships } from '@rollcall/domain/default-group-cleanup/put-back-memberships';
import { ForbiddenError } from '@rollcall/domain/errors';
import { z } from 'zod';
import { defineTask, HopelessTaskError } from './task.ts';

const reference = z.object({ accountId: z.uuid(), jobId: z.uuid() });

export const defaultGroupCleanup = defineTask(
  'default-group-cleanup',
  reference,
  ({ accountId, jobId }, { db, now, signal }) => cleanUpDefaultGroups(db, accountId, jobId, { now, signal }),
);

export const defaultGroupCleanupUndo = defineTask(
  'default-group-cleanup-undo',
  reference,
  async ({ accountId, jobId }, { db, now, signal }) => {
    try {
      await putBackMemberships(db, accountId, jobId, { now, signal });
    } catch (error) {
      // Only somebody with more rights can go on.
      if (error instanceof ForbiddenError) throw new HopelessTaskError(error.message, { cause: error });
      throw error;
    }
  },
);
