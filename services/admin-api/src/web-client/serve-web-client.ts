import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminApi } from '../build-server.ts';

/** What the build of the client writes where a number belongs that is used once. */
const NONCE = /CSP_NONCE/gu;
const NONCE_BYTES = 16;

/**
 * The built web client, on the origin of the API that it asks. Its files have their digest in their names and may be kept for ever;
 * every other address that a person opens is the one page, which is never kept, so that a new version is seen at once.
 */
export async function serveWebClient(app: FastifyInstance, { settings }: AdminApi): Promise<void> {
  const folder = settings.webClient;
  if (folder === undefined) return;
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
    setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
  });
  const icon = await readFile(join(folder, 'favicon.svg'));
  app.get('/favicon.svg', (_request, reply) => reply.type('image/svg+xml').send(icon));
  app.get('/', (_request, reply) => sendClient(reply, page));
  app.setNotFoundHandler((request, reply) =>
    isOpenedByPerson(request) ? sendClient(reply, page) : sendNothingThere(request, reply),
  );
}

function isOpenedByPerson({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

function sendClient(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'self' 'nonce-${nonce}'`,
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    .send(page.replaceAll(NONCE, nonce));
}

function sendNothingThere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = `There is nothing at ${request.method} ${request.url.split('?')[0] ?? ''}.`;
  return reply
    .code(404)
    .send({ errors: [{ message, extensions: { code: 'NOT_FOUND', requestId: request.id } }] });
}
