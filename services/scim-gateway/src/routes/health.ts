import type { Database } from '@rollcall/domain/database/connection';
import { isReachable } from '@rollcall/domain/database/is-reachable';
import type { FastifyInstance } from 'fastify';

/** For load balancers: alive while the process answers, ready while it also reaches its database. Without a token. */
export function serveHealth(app: FastifyInstance, db: Database): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    if (await isReachable(db)) return { status: 'ready' };
    return reply.code(503).send({ status: 'database unreachable' });
  });
}
