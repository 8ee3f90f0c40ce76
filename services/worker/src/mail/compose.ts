import type { MailContent } from '@rollcall/domain/mails/read-mail';
import { alertsLetter } from './letters/alerts.ts';
import { confirmationLetter } from './letters/confirmation.ts';
import { invitationLetter } from './letters/invitation.ts';
import { tokenExpiryLetter } from './letters/token-expiry.ts';
import { asHtml, asText, type Letter, oneLine } from './layout.ts';
import type { OutgoingMail } from './mailer.ts';

/** Puts a mail into words. What people and identity providers wrote is one line here, whatever it was. */
export function compose(content: MailContent, publicAdminUrl: string): OutgoingMail {
  const to = { name: oneLine(content.to.name), address: content.to.address };
  const letter = letterOf({ ...content, to }, publicAdminUrl);
  return {
    messageId: `<${content.id}@${new URL(publicAdminUrl).hostname}>`,
    to,
    subject: oneLine(letter.subject),
    // RFC 3834 5: programs that answer mails, as during a vacation, leave this one unanswered.
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: asText(`Hello ${to.name},`, letter),
    html: asHtml(`Hello ${to.name},`, letter),
  };
}

function letterOf(content: MailContent, publicAdminUrl: string): Letter {
  switch (content.mail) {
    case 'invitation':
      return invitationLetter(content, publicAdminUrl);
    case 'email_confirmation':
      return confirmationLetter(content, publicAdminUrl);
    case 'alerts':
      return alertsLetter(content, publicAdminUrl);
    case 'token_expiry':
      return tokenExpiryLetter(content, publicAdminUrl);
  }
}
