import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface SigningKey {
  /** Both PEM. */
  readonly privateKey: string;
  readonly certificate: string;
}

/** A key with a certificate that it signed itself, as identity providers have: no test key lies in the repository. */
export function newSigningKey(commonName = 'test identity provider'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: selfSigned(commonName, publicKey, privateKey),
  };
}

/** X.509 version 1 (RFC 5280 4.1): issuer and subject alike, valid from 2020 to 2049. */
function selfSigned(commonName: string, publicKey: KeyObject, privateKey: KeyObject): string {
  const algorithm = der(0x30, [oid(1, 2, 840, 113549, 1, 1, 11), der(0x05, [])]);
  const name = der(0x30, [der(0x31, [der(0x30, [oid(2, 5, 4, 3), der(0x0c, [Buffer.from(commonName)])])])]);
  const validity = der(
    0x30,
    ['200101000000Z', '491231235959Z'].map((time) => der(0x17, [Buffer.from(time)])),
  );
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const toBeSigned = der(0x30, [der(0x02, [Buffer.of(1)]), algorithm, name, validity, name, spki]);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = der(0x30, [toBeSigned, algorithm, der(0x03, [Buffer.of(0), signature])]);
  const lines = certificate.toString('base64').match(/.{1,64}/gu) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = rest.flatMap((number) => {
    const groups = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, [Buffer.of(first * 40 + second, ...bytes)]);
}
