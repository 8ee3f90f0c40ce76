import type { MailContent } from '@rollcall/domain/mails/read-mail';
import { asHtml, asText, type Letter } from './layout.ts';
import type { OutgoingMail } from './mailer.ts';

/** Puts a mail into words. What people and identity providers wrote is one line here, whatever it was. */
export function compose(content: MailContent, publicAdminUrl: string): OutgoingMail {
  const { subject, letter } = lettersOf(content, publicAdminUrl);
  return {
    messageId: `<${content.id}@${new URL(publicAdminUrl).hostname}>`,
    to: { name: oneLine(content.to.name), address: content.to.address },
    subject,
    text: asText(letter),
    html: asHtml(subject, letter),
  };
}

function lettersOf(content: MailContent, publicAdminUrl: string): { subject: string; letter: Letter } {
  const greeting = `Hello ${oneLine(content.to.name)},`;
  const account = oneLine(content.accountName);
  switch (content.mail) {
    case 'invitation':
      return {
        subject: `You are invited to ${account}`,
        letter: {
          greeting,
          parts: [
            { kind: 'paragraph', text: `${account} has made a user for you in Rollcall.` },
            {
              kind: 'link',
              label: 'Accept the invitation',
              url: `${publicAdminUrl}/accept/${content.token}`,
            },
            {
              kind: 'paragraph',
              text: `The link works once, until ${dayOf(content.expiresAt)}. It opens a page with a button; only the button accepts.`,
            },
          ],
          footer: `You get this mail because ${account} invited ${content.to.address}. If you do not know why, ignore it: nothing happens then.`,
        },
      };
    case 'email_confirmation':
      return {
        subject: `Confirm your address for ${account}`,
        letter: {
          greeting,
          parts: [
            {
              kind: 'paragraph',
              text: `Your e-mail address at ${account} is to become ${content.to.address}${content.currentAddress === null ? '' : `; now it is ${content.currentAddress}`}. It changes when you confirm it.`,
            },
            {
              kind: 'link',
              label: 'Confirm the address',
              url: `${publicAdminUrl}/confirm/${content.token}`,
            },
            {
              kind: 'paragraph',
              text: 'The link works once. It opens a page with a button; only the button confirms.',
            },
          ],
          footer: `You get this mail because somebody at ${account} named this address. If it is not meant for you, ignore it: nothing changes then.`,
        },
      };
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function dayOf(date: Date): string {
  return `${date.toISOString().slice(0, 10)}, ${date.toISOString().slice(11, 16)} UTC`;
}
