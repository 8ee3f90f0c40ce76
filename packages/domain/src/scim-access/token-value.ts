import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type TokenKind = 'scim' | 'service' | 'session' | 'sign_in_link';

// Fixed and greppable: secret scanners find a leaked token by it.
const PREFIXES: Record<TokenKind, string> = {
  scim: 'rcs_',
  service: 'rct_',
  session: 'rcb_',
  sign_in_link: 'rcl_',
};
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** A new token: prefix, 256 random bits and a CRC-32 of both, in base 62. Shown once; only its digest is stored. */
export function newTokenValue(kind: TokenKind): string {
  const secret = base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_LENGTH);
  const body = `${PREFIXES[kind]}${secret}`;
  return `${body}${checksum(body)}`;
}

/** Whether the text can be a token at all. A mistyped or cut one is told by its checksum, before any query. */
export function isTokenValue(kind: TokenKind, text: string): boolean {
  const prefix = PREFIXES[kind];
  const bodyLength = prefix.length + SECRET_LENGTH;
  if (text.length !== bodyLength + CHECKSUM_LENGTH || !text.startsWith(prefix)) return false;
  const body = text.slice(0, bodyLength);
  return /^[0-9A-Za-z]+$/u.test(body.slice(prefix.length)) && text.slice(bodyLength) === checksum(body);
}

/** What is stored of a token. It is random, so a fast hash cannot be reversed by guessing. */
export function tokenDigest(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}

/** Enough to recognise a token in a list: its prefix and the last characters, which are those of the checksum. */
export function tokenHint(value: string): string {
  return `${value.slice(0, 4)}…${value.slice(-4)}`;
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_LENGTH);
}

function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text;
}
