import { readMail } from '@rollcall/domain/mails/read-mail';
import { z } from 'zod';
import { compose } from '../mail/compose.ts';
import { defineTask } from './task.ts';

const accountId = z.uuid();

const reference = z.discriminatedUnion('mail', [
  z.object({ mail: z.literal('invitation'), accountId, invitationId: z.uuid() }),
  z.object({ mail: z.literal('email_confirmation'), accountId, confirmationId: z.uuid() }),
]);

export const sendMail = defineTask(
  'send-mail',
  reference,
  async (mail, { db, mailer, now, publicAdminUrl }) => {
    const content = await readMail(db, mail, now());
    if (content !== undefined) await mailer.send(compose(content, publicAdminUrl));
  },
);
