import type { Server } from 'node:http';

/** Tells the process that forked this one where it listens, and ends with it. */
export function announcePort(server: Server, stop: () => Promise<void>): void {
  const address = server.address();
  if (process.send === undefined || address === null || typeof address === 'string') {
    throw new Error('The floors run as a child of the benchmarks.');
  }
  process.send({ port: address.port });
  process.once('disconnect', () => void stop());
}
