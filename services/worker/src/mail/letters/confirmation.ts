import type { MailContent } from '@rollcall/domain/mails/read-mail';
import type { Letter } from '../layout.ts';

export function confirmationLetter(
  { accountName, to, token, currentAddress }: MailContent & { mail: 'email_confirmation' },
  publicAdminUrl: string,
): Letter {
  const now = currentAddress === null ? '' : `; now it is ${currentAddress}`;
  return {
    subject: `Confirm your address for ${accountName}`,
    parts: [
      {
        kind: 'paragraph',
        text: `Your e-mail address at ${accountName} is to become ${to.address}${now}. It changes when you confirm it.`,
      },
      { kind: 'link', label: 'Confirm the address', url: `${publicAdminUrl}/confirm/${token}` },
      {
        kind: 'paragraph',
        text: 'The link works once. It opens a page with a button; only the button confirms.',
      },
    ],
    footer: `You get this mail because somebody at ${accountName} named this address. If it is not meant for you, ignore it: nothing changes then.`,
  };
}
