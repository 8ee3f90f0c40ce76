import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const CLIENT = resolve(import.meta.dirname, '..');

const DOCUMENT = /graphql\(\s*`([^`]+)`/gu;

/** Every GraphQL document of the client with the file that it is written in. */
export function documentsOfClient(): readonly { file: string; text: string }[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: CLIENT }).flatMap((file) =>
    [...readFileSync(join(CLIENT, file), 'utf8').matchAll(DOCUMENT)].map(([, text = '']) => ({ file, text })),
  );
}
