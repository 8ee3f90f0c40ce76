import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Of a socket's address, by the kernel. */
const LONGEST_PATH = 100;

/** Where the services of this stack speak to each other: in its data, or where paths are short. */
export function internalSocket(dataDir: string): string {
  const inData = resolve(dataDir, 'scim-internal.sock');
  if (inData.length <= LONGEST_PATH) return inData;
  const name = createHash('sha256').update(inData).digest('hex').slice(0, 16);
  return join(tmpdir(), `rollcall-${name}.sock`);
}
