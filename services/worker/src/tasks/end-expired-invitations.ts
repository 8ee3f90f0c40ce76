import { endExpiredInvitations } from '@rollcall/domain/invitations/end-expired-invitations';
import { z } from 'zod';
import { defineTask } from './task.ts';

export const endInvitations = defineTask(
  'end-expired-invitations',
  z.object({}),
  async (_nothing, { db, now, signal }) => {
    while ((await endExpiredInvitations(db, now())) > 0) signal.throwIfAborted();
  },
);
