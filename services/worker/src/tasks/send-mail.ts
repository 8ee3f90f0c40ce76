import { readMail } from '@rollcall/domain/mails/read-mail';
import { z } from 'zod';
import { compose } from '../mail/compose.ts';
import { defineTask } from './task.ts';

const accountId = z.uuid();

const reference = z.discriminatedUnion('mail', [
  z.object({ mail: z.literal('invitation'), accountId, invitationId: z.uuid() }),
  z.object({ mail: z.literal('email_confirmation'), accountId, confirmationId: z.uuid() }),
  z.object({ mail: z.literal('alerts'), accountId, userId: z.uuid(), mailId: z.uuid() }),
  z.object({
    mail: z.literal('token_expiry'),
    accountId,
    userId: z.uuid(),
    tokenKind: z.enum(['scim', 'service']),
    tokenId: z.uuid(),
    daysBefore: z.int(),
  }),
]);

export const sendMail = defineTask(
  'send-mail',
  reference,
  async (mail, { db, mailer, now, publicAdminUrl }) => {
    const content = await readMail(db, mail, now());
    if (content !== undefined) await mailer.send(compose(content, publicAdminUrl));
  },
);
