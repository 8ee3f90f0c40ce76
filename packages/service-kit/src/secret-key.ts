import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readSettings, settings } from './config.ts';
import { dataDirectory } from './database-url.ts';

/** No key is set and none was made; the message says how to get one. */
export class NoSecretKeyError extends Error {
  override readonly name = 'NoSecretKeyError';
}

/** What the stored secrets of accounts are sealed with. */
export interface SecretKeys {
  readonly current: Uint8Array;
  /** They open what was sealed before the key was changed. */
  readonly previous: readonly Uint8Array[];
}

const KEY_BYTES = 32;
const FAULT = 'it must be 32 bytes in base64';
const EXAMPLE = '"$(openssl rand -base64 32)"';

const KEY = z.string().refine((text) => keyOf(text) !== undefined, FAULT);

const SECRET_KEY_SETTINGS = settings({
  ROLLCALL_SECRET_KEY: KEY.optional().meta({
    description: 'seals the stored secrets of accounts',
    example: EXAMPLE,
    secret: true,
  }),
  ROLLCALL_SECRET_KEY_PREVIOUS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(KEY))
    .optional()
    .meta({ description: 'earlier keys, with commas between them', example: EXAMPLE, secret: true }),
});

/**
 * ROLLCALL_SECRET_KEY, else the key that `npm start` made in ROLLCALL_DATA_DIR; and the keys of ROLLCALL_SECRET_KEY_PREVIOUS.
 * Throws SettingsError and NoSecretKeyError.
 */
export function secretKeys(env: NodeJS.ProcessEnv): SecretKeys {
  const read = readSettings(SECRET_KEY_SETTINGS, env);
  const file = secretKeyFile(dataDirectory(env));
  const current = keyOf(read.ROLLCALL_SECRET_KEY ?? textOf(file));
  const previous = (read.ROLLCALL_SECRET_KEY_PREVIOUS ?? []).flatMap((text) => keyOf(text) ?? []);
  if (current !== undefined) return { current, previous };
  throw new NoSecretKeyError(
    `No key for stored secrets: ROLLCALL_SECRET_KEY is not set and there is none in ${file}. ` +
      `Set it to ${EXAMPLE}, the same for every process, and keep it: without it, stored secrets have to be entered again.`,
  );
}

/** Makes the key of a data directory that has none, readable by its owner alone. */
export function ensureSecretKey(folder: string): void {
  const file = secretKeyFile(folder);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
}

function secretKeyFile(folder: string): string {
  return join(folder, 'secret-key');
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

function keyOf(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z\d+/]{43}=$/u.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}
