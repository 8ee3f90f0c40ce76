import type { MailContent } from '@rollcall/domain/mails/read-mail';
import { type Letter, timeOf } from '../layout.ts';

export function invitationLetter(
  { accountName, to, token, expiresAt }: MailContent & { mail: 'invitation' },
  publicAdminUrl: string,
): Letter {
  return {
    subject: `You are invited to ${accountName}`,
    parts: [
      { kind: 'paragraph', text: `${accountName} has made a user for you in Rollcall.` },
      { kind: 'link', label: 'Accept the invitation', url: `${publicAdminUrl}/accept/${token}` },
      {
        kind: 'paragraph',
        text: `The link works once, until ${timeOf(expiresAt)}. It opens a page with a button; only the button accepts.`,
      },
    ],
    footer: `You get this mail because ${accountName} invited ${to.address}. If you do not know why, ignore it: nothing happens then.`,
  };
}
