import type { MailContent } from '@rollcall/domain/mails/read-mail';
import { type Letter, timeOf } from '../layout.ts';

export function tokenExpiryLetter(
  { accountName, tokenKind, token }: MailContent & { mail: 'token_expiry' },
  publicAdminUrl: string,
): Letter {
  const what = tokenKind === 'scim' ? 'SCIM token' : 'service token';
  const consequence =
    tokenKind === 'scim'
      ? 'From then on the identity provider cannot provision with it.'
      : 'From then on scripts cannot use it.';
  const lastUse =
    token.lastUsedAt === null ? 'It was never used.' : `It was used last at ${timeOf(token.lastUsedAt)}.`;
  return {
    subject: `The ${what} “${token.name}” of ${accountName} ends soon`,
    parts: [
      {
        kind: 'paragraph',
        text: `The ${what} “${token.name}” (${token.hint}) stops working at ${timeOf(token.expiresAt)}. ${consequence} ${lastUse}`,
      },
      {
        kind: 'paragraph',
        text: 'If it is still needed, make a new one and exchange it before that; both work side by side meanwhile.',
      },
      { kind: 'link', label: `Open ${accountName} in Rollcall`, url: publicAdminUrl },
    ],
    footer: `You get this mail because you are an account administrator of ${accountName}.`,
  };
}
