import type { MailContent, MailMatter } from '@rollcall/domain/mails/read-mail';
import { describe, expect, test } from 'vitest';
import { compose } from './compose.ts';

const AT = new Date('2026-03-01T10:00:00.000Z');
const URL = 'https://rollcall.example.com';
const HOSTILE = '<b>Ana</b>\r\nBcc: all@evil.example\u2028"\'&';

const MATTERS: readonly MailMatter[] = [
  { mail: 'invitation', token: 'TOKEN', expiresAt: AT },
  { mail: 'email_confirmation', token: 'TOKEN', currentAddress: HOSTILE },
  {
    mail: 'alerts',
    alerts: [{ kind: 'user.change_refused', at: AT, actor: HOSTILE, about: HOSTILE, reason: HOSTILE }],
    more: 3,
  },
  {
    mail: 'token_expiry',
    tokenKind: 'scim',
    token: { name: HOSTILE, hint: 'rcs_…abcd', expiresAt: AT, lastUsedAt: null },
  },
];

function contentOf(matter: MailMatter): MailContent {
  return { id: 'ID', to: { name: HOSTILE, address: 'ana@acme.io' }, accountName: HOSTILE, ...matter };
}

describe.each(MATTERS)('a mail of the kind $mail', (matter) => {
  const mail = compose(contentOf(matter), URL);

  test('is the same mail however often it is written', () => {
    expect(mail).toEqual(compose(contentOf(matter), URL));
    expect(mail.messageId).toBe('<ID@rollcall.example.com>');
  });

  test('has one line of subject and of name, whatever the account and the person are called', () => {
    expect(mail.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(mail.to.name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });

  test('shows what others wrote, and is not marked up by it', () => {
    expect(mail.html).not.toContain('<b>');
    expect(mail.html).toContain('&lt;b&gt;Ana&lt;/b&gt;');
    expect(mail.text).toContain('<b>Ana</b>');
  });

  test('asks for no automatic answer', () => {
    expect(mail.headers).toEqual({ 'Auto-Submitted': 'auto-generated' });
  });

  test('fetches nothing when it is shown', () => {
    expect(mail.html).not.toMatch(/<(?:img|script|link|iframe)|src=|@import|url\(/iu);
  });
});

test('an invitation says where to accept, until when, and that a button does it', () => {
  const [invitation] = MATTERS;
  if (invitation === undefined) throw new Error('There is no invitation.');
  const mail = compose(
    { id: 'ID', to: { name: 'Ana', address: 'ana@acme.io' }, accountName: 'Acme', ...invitation },
    URL,
  );
  expect(mail).toMatchObject({ subject: 'You are invited to Acme' });
  expect(mail.text).toBe(`Hello Ana,

Acme has made a user for you in Rollcall.

Accept the invitation:
https://rollcall.example.com/accept/TOKEN

The link works once, until 2026-03-01 10:00 UTC. It opens a page with a button; only the button accepts.

-- 
You get this mail because Acme invited ana@acme.io. If you do not know why, ignore it: nothing happens then.
`);
});
