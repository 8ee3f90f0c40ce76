import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { InvalidInputError } from '../errors.ts';

/** The addresses that share their first bits. */
export interface IpRange {
  /** As RFC 5952 writes it, with the number of bits: `203.0.113.0/24`, `2001:db8::/32`. */
  cidr: string;
  family: 4 | 6;
  /** How many bits they share. */
  prefix: number;
  /** The first of them, as a number. */
  first: bigint;
}

export interface IpAddress {
  family: 4 | 6;
  value: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;
/** IPv4 addresses as IPv6 writes them are the last 32 bits of ::ffff:0:0/96. */
const MAPPED_BITS = 96;
const LONGEST_TEXT = 64;

/**
 * Reads `203.0.113.0/24`, or an address alone. A range of IPv4 addresses in the form of IPv6 is the range of IPv4. What has bits set
 * beyond its prefix is refused: it may be meant as one address or as the range around it. Throws InvalidInputError.
 */
export function readRange(text: string, path?: string): IpRange {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const parsed = text.length > LONGEST_TEXT || rest.length > 0 ? undefined : parse(address);
  if (parsed === undefined) throw noRange(text, path);
  const written = parsed.kind() === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? written : prefixIn(bits, written);
  if (prefix === undefined) throw noRange(text, path);
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && prefix >= MAPPED_BITS;
  const range = isMapped
    ? rangeAround(parsed.toIPv4Address(), prefix - MAPPED_BITS)
    : rangeAround(parsed, prefix);
  if (range.first === valueOf(isMapped ? parsed.toIPv4Address() : parsed)) return range;
  throw new InvalidInputError(
    `${quoted(text)} names an address inside of a range. The range is ${range.cidr}; the address alone is ${address}.`,
    path,
  );
}

/**
 * The address that a request came from; an IPv4 address in the form of IPv6 is that IPv4 address, and a zone (`%eth0`) is left out.
 * Undefined for what is no address.
 */
export function readAddress(text: string): IpAddress | undefined {
  const [unzoned = ''] = text.split('%');
  const parsed = unzoned.length > LONGEST_TEXT ? undefined : parse(unzoned);
  if (parsed === undefined) return undefined;
  const address =
    parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  return { family: address.kind() === 'ipv4' ? 4 : 6, value: valueOf(address) };
}

/** The first address of the range of that length around an address. */
export function firstAround({ family, value }: IpAddress, prefix: number): bigint {
  const free = BigInt(BITS[family] - prefix);
  return (value >> free) << free;
}

// The library alone also reads 0x7f.1 and 010.0.0.1, which mean different addresses to different programs.
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : ipaddr.parse(text);
}

function prefixIn(text: string, most: number): number | undefined {
  const prefix = /^(?:0|[1-9]\d{0,2})$/u.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return prefix <= most ? prefix : undefined;
}

function rangeAround(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): IpRange {
  const family = address.kind() === 'ipv4' ? 4 : 6;
  const first = firstAround({ family, value: valueOf(address) }, prefix);
  return { cidr: `${textOf(family, first)}/${prefix}`, family, prefix, first };
}

function textOf(family: 4 | 6, value: bigint): string {
  const bytes = Array.from({ length: BITS[family] / 8 }, (_, place) =>
    Number((value >> BigInt(BITS[family] - 8 * (place + 1))) & 0xffn),
  );
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function valueOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function noRange(text: string, path: string | undefined): InvalidInputError {
  return new InvalidInputError(
    `${quoted(text)} is no range of addresses. Write it as 203.0.113.0/24 or 2001:db8::/32, or an address alone.`,
    path,
  );
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_TEXT));
}
