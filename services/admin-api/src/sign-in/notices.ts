import { escaped } from '@rollcall/service-kit/escape-html';
import type { FastifyReply } from 'fastify';
import { sendPage } from '../public-pages/send-page.ts';
import { SIGN_IN_PATH } from './return-path.ts';

interface Notice {
  title: string;
  /** What is the matter and what to do, a paragraph each; escaped here. */
  paragraphs: readonly string[];
  /** Where to go on. */
  link?: { href: string; text: string };
}

/** A page of words, with a way to go on. */
export function sendNotice(reply: FastifyReply, status: number, notice: Notice): FastifyReply {
  const { title, paragraphs, link = { href: SIGN_IN_PATH, text: 'Begin again' } } = notice;
  const texts = paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`);
  const anchor = `<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>`;
  return sendPage(reply, status, { title, body: [...texts, anchor].join('\n') });
}

export function signInPathOf(slug: string): string {
  return `${SIGN_IN_PATH}/${slug}`;
}

/** Somebody came back from a provider without having been sent there from here. */
export function sendUnfinishable(reply: FastifyReply): FastifyReply {
  return sendNotice(reply, 400, {
    title: 'This sign-in cannot be finished',
    paragraphs: [
      'It was not begun in this browser, or more than ten minutes ago, or it was finished before.',
    ],
  });
}

export function sendProviderChanged(reply: FastifyReply, slug: string): FastifyReply {
  return sendNotice(reply, 409, {
    title: 'The provider was changed',
    paragraphs: ["The account's sign-on provider was changed while you signed in."],
    link: { href: signInPathOf(slug), text: 'Sign in again' },
  });
}
