import type { FastifyInstance } from 'fastify';

/**
 * While the server stops, connections end with the answers that are under way. Closing alone ends those that are idle at
 * that moment; the others would be kept alive, and the stop would wait for their clients.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
  // An answer that was being streamed when the stop began has told its client nothing.
  app.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => app.server.closeIdleConnections());
  });
}
