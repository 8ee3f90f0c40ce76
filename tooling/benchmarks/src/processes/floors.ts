import { resolve } from 'node:path';
import { forkChild } from './child.ts';

const FLOOR_SERVER = resolve(import.meta.dirname, '../floors/floor-server.ts');

/** Starts the floors in a process of their own, on the product's database. */
export async function startFloors(databaseUrl: string): Promise<AsyncDisposable & { readonly url: string }> {
  const child = forkChild(FLOOR_SERVER, { DATABASE_URL: databaseUrl, NODE_ENV: 'production' });
  const message = await child.receive();
  if (typeof message !== 'object' || message === null || !('port' in message)) {
    throw new Error('The floors did not say where they listen.');
  }
  return {
    url: `http://127.0.0.1:${String(message.port)}`,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
