import type { FoundLink } from '@rollcall/domain/invitations/find-link';
import type { LinkPurpose } from '@rollcall/domain/invitations/link';
import { escaped } from '@rollcall/service-kit/escape-html';
import type { Page } from './page.ts';

/** The page with the button that does it. */
export function linkPage(purpose: LinkPurpose, { accountName, address }: FoundLink): Page {
  if (purpose === 'invitation') {
    return page(`Join ${accountName}`, [`You were invited as ${address}.`], button('Accept the invitation'));
  }
  return page(
    'Confirm your address',
    [`${address} becomes your e-mail address at ${accountName}.`],
    button('Confirm the address'),
  );
}

export function afterAcceptance({ accountName, accountSlug }: FoundLink): Page {
  return page(`Welcome to ${accountName}`, ['Your user is active now.'], signIn(accountSlug));
}

export function afterConfirmation({ accountName, address, accountSlug }: FoundLink): Page {
  return page(
    'Your address is confirmed',
    [`${address} is your e-mail address at ${accountName} now.`],
    signIn(accountSlug),
  );
}

/** Why the button would do nothing any longer. */
export function ended(
  purpose: LinkPurpose,
  { accountName, accountSlug, address }: FoundLink,
  outcome: string,
): Page {
  const anew = `Ask an administrator of ${accountName} to send a new one.`;
  switch (outcome) {
    case 'accepted':
      return page('You have joined already', [`The invitation was accepted.`], signIn(accountSlug));
    case 'confirmed':
      return page('The address is confirmed already', [`${address} is in use.`], signIn(accountSlug));
    case 'expired':
      return page('This invitation has expired', ['Invitations work for 14 days.', anew]);
    case 'replaced':
      return page('There is a newer link', ['Use the one in the mail that came last.']);
    case 'cancelled':
      return page('The change was cancelled', [`${accountName} keeps the address that it had before.`]);
    default:
      return purpose === 'invitation'
        ? page('This invitation was withdrawn', [anew])
        : page('This link works no longer', [anew]);
  }
}

export function noSeat({ accountName }: FoundLink): Page {
  return page(`${accountName} has no free license`, [
    'You could not be let in: there is no license left for you. Nothing has changed, and your invitation stays as it was.',
    `The administrators of ${accountName} have been told. Press the button again when they have made room.`,
  ]);
}

export function unknownLink(): Page {
  return page('This link does not work', [
    'It may have been cut in two by the mail program. Copy it whole from the mail, or ask for a new mail.',
  ]);
}

export function fromElsewhere(publicAdminUrl: string): Page {
  return page('This request came from elsewhere', [
    `Only a page at ${publicAdminUrl} can do this. Open the link from your mail and press its button.`,
  ]);
}

export function tryAgain(): Page {
  return page('Try again in a moment', [
    'The service is busy. Nothing has changed, and your link still works.',
  ]);
}

function page(title: string, paragraphs: readonly string[], last = ''): Page {
  const body = paragraphs.map((text) => `<p>${escaped(text)}</p>`);
  return { title, body: [...body, ...(last === '' ? [] : [last])].join('\n') };
}

function button(label: string): string {
  return `<form method="post"><button>${escaped(label)}</button></form>`;
}

function signIn(slug: string): string {
  return `<p><a href="/sign-in/${encodeURIComponent(slug)}">Sign in</a></p>`;
}
