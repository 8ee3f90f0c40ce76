import type { FastifyReply } from 'fastify';
import { type Page, renderPage, STYLE_DIGEST } from './page.ts';

/**
 * Sends a page. It loads nothing and runs nothing; no other page can frame it, and no cache keeps it. Its address may hold a
 * secret, so it tells it to nobody but this origin: browsers would otherwise send forms without their `Origin`.
 */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src '${STYLE_DIGEST}'; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    .send(renderPage(page));
}
