import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Database } from '@rollcall/domain/database/connection';
import type { CursorPoint } from '@rollcall/domain/pages/position';
import { readSealingKeys, type SealingKey } from '@rollcall/domain/pages/sealing-keys';
import { expiredCursor, invalidCount, invalidCursor } from '@rollcall/scim-protocol/errors';
import { parsePoint, pointText } from './cursor-point.ts';

/** The walk that a cursor belongs to; it opens in no other. */
export interface CursorWalk {
  readonly accountId: string;
  /** Of resource type, filter and sort. */
  readonly queryDigest: Uint8Array;
  readonly count: number;
  readonly now: Date;
}

export interface Cursors {
  /** The cursor for a place: letters, digits, `-` and `_` alone. */
  seal(point: CursorPoint, walk: CursorWalk): Promise<string>;
  /**
   * The place that a cursor stands for; throws `invalidCursor` for one that was not given out for this walk,
   * `expiredCursor` for an old one and `invalidCount` where the page size is another than before (RFC 9865 2.1).
   */
  open(cursor: string, walk: CursorWalk): Promise<CursorPoint>;
}

/** How long a cursor is good for; ServiceProviderConfig announces it. */
export const CURSOR_TIMEOUT_SECONDS = 3600;

const CIPHER = 'aes-256-gcm';
const GENERATION_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD = GENERATION_BYTES + NONCE_BYTES + TAG_BYTES;
/** Names are a few kB at most, and a sort key no longer. */
const LONGEST_CURSOR = 32 * 1024;
/** How often a cursor with an unknown key may have the keys read again. */
const REREAD_EVERY_MS = 5000;

/**
 * Cursors are sealed with a secret that all processes share: nothing is kept for them, a client can read nothing in them,
 * and one that was touched is known at once. The keys are read when the first one is needed.
 */
export function openCursors(db: Database): Cursors {
  const keyring = openKeyring(db);
  return {
    async seal(point, walk) {
      const key = await keyring.newest();
      const generation = Buffer.alloc(GENERATION_BYTES);
      generation.writeUInt32BE(key.generation);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key.secret, nonce).setAAD(boundTo(walk));
      const text = pointText({ point, count: walk.count, madeAt: walk.now });
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([generation, nonce, sealed, cipher.getAuthTag()]).toString('base64url');
    },

    async open(cursor, walk) {
      const bytes = cursor.length <= LONGEST_CURSOR ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
      // One cursor has one spelling: what the decoder would overlook is not ours.
      if (bytes.length < OVERHEAD || bytes.toString('base64url') !== cursor) throw notOurs();
      const key = await keyring.find(bytes.readUInt32BE(), walk.now);
      const opened = key === undefined ? undefined : parsePoint(decrypted(bytes, key, walk));
      if (opened === undefined) throw notOurs();
      if (walk.now.getTime() - opened.madeAt.getTime() > CURSOR_TIMEOUT_SECONDS * 1000) {
        throw expiredCursor(
          `The cursor is older than ${CURSOR_TIMEOUT_SECONDS} seconds; begin again with an empty one.`,
        );
      }
      if (opened.count !== walk.count) {
        throw invalidCount(`"count" must stay what it was on the walk's first page: ${opened.count}.`);
      }
      return opened.point;
    },
  };
}

function notOurs(): Error {
  return invalidCursor(
    'The cursor is not one that was given for this query. Send the query of the page before, unchanged, with its nextCursor or previousCursor; begin with an empty cursor.',
  );
}

function boundTo({ accountId, queryDigest }: CursorWalk): Buffer {
  return Buffer.concat([Buffer.from(accountId, 'utf8'), queryDigest]);
}

/** Undefined where the seal does not hold. */
function decrypted(bytes: Buffer, { secret }: SealingKey, walk: CursorWalk): string | undefined {
  const nonce = bytes.subarray(GENERATION_BYTES, GENERATION_BYTES + NONCE_BYTES);
  const sealed = bytes.subarray(GENERATION_BYTES + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(walk)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

interface Keyring {
  newest(): Promise<SealingKey>;
  find(generation: number, now: Date): Promise<SealingKey | undefined>;
}

function openKeyring(db: Database): Keyring {
  let reading: Promise<readonly SealingKey[]> | undefined;
  let readAt = 0;

  function keys(): Promise<readonly SealingKey[]> {
    reading ??= readSealingKeys(db, 'cursor').catch((error: unknown) => {
      // The database may be away for a moment only.
      reading = undefined;
      throw error;
    });
    return reading;
  }

  return {
    async newest() {
      const [newest] = await keys();
      if (newest === undefined) throw new Error('There is no key for cursors, although one was just made.');
      return newest;
    },

    async find(generation, now) {
      const known = (await keys()).find((key) => key.generation === generation);
      if (known !== undefined || now.getTime() - readAt < REREAD_EVERY_MS) return known;
      // Another process may have a newer one; a stranger's cursor must not cost a query each time.
      readAt = now.getTime();
      reading = undefined;
      return (await keys()).find((key) => key.generation === generation);
    },
  };
}
