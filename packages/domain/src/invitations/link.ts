import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { parse, stringify } from 'uuid';
import type { DB } from '../database/schema.generated.ts';
import { readSealingKeys } from '../pages/sealing-keys.ts';

/** What a link in a mail is for: one for the one opens nothing of the other. */
export type LinkPurpose = 'invitation' | 'email_confirmation';

/** The row that a link stands for. */
export interface LinkTarget {
  accountId: string;
  id: string;
}

const ID_BYTES = 16;
const SEAL_BYTES = 24;

/**
 * The token of a link: both ids and a seal over them. Nothing is stored for it: whoever writes the mail, however often, gets
 * the same link, and no table or queue holds one that could be used.
 */
export async function sealLink(db: Kysely<DB>, purpose: LinkPurpose, target: LinkTarget): Promise<string> {
  const [newest] = await readSealingKeys(db, 'link');
  if (newest === undefined) throw new Error('There is no key for links, although one was just made.');
  const ids = Buffer.concat([parse(target.accountId), parse(target.id)]);
  return Buffer.concat([ids, sealOver(newest.secret, purpose, ids)]).toString('base64url');
}

/** What the token stands for; undefined for one that was never given out for that purpose. */
export async function openLink(
  db: Kysely<DB>,
  purpose: LinkPurpose,
  token: string,
): Promise<LinkTarget | undefined> {
  const bytes = Buffer.from(token, 'base64url');
  // Decoding skips what it does not know: only the one spelling that was given out is a link.
  if (bytes.length !== 2 * ID_BYTES + SEAL_BYTES || bytes.toString('base64url') !== token) return undefined;
  const [ids, seal] = [bytes.subarray(0, 2 * ID_BYTES), bytes.subarray(2 * ID_BYTES)];
  const keys = await readSealingKeys(db, 'link');
  if (!keys.some(({ secret }) => timingSafeEqual(seal, sealOver(secret, purpose, ids)))) return undefined;
  return { accountId: stringify(ids.subarray(0, ID_BYTES)), id: stringify(ids.subarray(ID_BYTES)) };
}

function sealOver(secret: Uint8Array, purpose: LinkPurpose, ids: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${purpose}:`).update(ids).digest().subarray(0, SEAL_BYTES);
}
