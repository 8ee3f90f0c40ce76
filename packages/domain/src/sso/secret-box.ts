import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

/** Keeps secrets that the database stores, such as the client secret of an account's provider, from whoever reads it. */
export interface SecretBox {
  /** `purpose` names what the secret is and whose: sealed for one, it opens for no other. */
  seal(purpose: string, secret: string): Buffer;
  /** Undefined where no key of this process opens it. */
  open(purpose: string, sealed: Uint8Array): string | undefined;
}

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/**
 * AES-256-GCM. What is sealed names its key: the first key seals, all of them open, so a new key is put before the old one
 * until everything has been sealed anew.
 */
export function secretBox(current: Uint8Array, ...previous: readonly Uint8Array[]): SecretBox {
  const keys = [current, ...previous].map((key) => ({ id: keyId(key), key }));
  return {
    seal(purpose, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current, nonce).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(FORMAT), keyId(current), nonce, text, cipher.getAuthTag()]);
    },
    open(purpose, sealed) {
      if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
      const named = sealed.subarray(1, HEADER_BYTES);
      const known = keys.find(({ id }) => id.equals(named));
      return known && decrypt(known.key, purpose, sealed.subarray(HEADER_BYTES));
    },
  };
}

function keyId(key: Uint8Array): Buffer {
  return hash('sha256', key, 'buffer').subarray(0, KEY_ID_BYTES);
}

function decrypt(key: Uint8Array, purpose: string, sealed: Uint8Array): string | undefined {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, end));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    // Sealed for something else, or changed since.
    return undefined;
  }
}
