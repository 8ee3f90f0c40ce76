import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const BUILT_HERE = resolve(import.meta.dirname, '../../../apps/admin/dist');

/** WEB_CLIENT_DIR: where the built web client is. Undefined where none was built, and the admin API serves itself alone. */
export const webClientSetting = z
  .string()
  .transform((folder) => resolve(folder))
  .refine(isBuilt, 'there is no index.html in it; build the client first (npx turbo run build)')
  .optional()
  .transform((folder) => folder ?? (isBuilt(BUILT_HERE) ? BUILT_HERE : undefined))
  .meta({
    description: 'the folder with the built web client, which the admin API serves',
    example: '/srv/rollcall/web-client',
  });

function isBuilt(folder: string): boolean {
  return existsSync(join(folder, 'index.html'));
}
