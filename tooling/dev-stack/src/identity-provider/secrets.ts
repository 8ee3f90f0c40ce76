import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readKept, writeKept } from '../kept-file.ts';

const SECRETS = z.object({
  /** A private key as JWK, for RS256. */
  signingKey: z.looseObject({ kty: z.literal('RSA'), d: z.string() }),
  cookieKey: z.string().min(32),
  /** What Rollcall authenticates with at the token endpoint of either issuer. */
  clientSecret: z.string().min(32),
  /** What the simulators name their people with. */
  directoryToken: z.string().min(32),
});

export type Secrets = z.infer<typeof SECRETS>;

/** Made by the first start and kept, so that what was connected with them stays connected. */
export function ensureSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'identity-provider.json');
  const kept = readKept(file, SECRETS);
  if (kept !== undefined) return kept;
  const made = newSecrets();
  writeKept(file, made);
  return made;
}

export function newSecrets(): Secrets {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return SECRETS.parse({
    signingKey: { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' },
    cookieKey: randomText(),
    clientSecret: randomText(),
    directoryToken: randomText(),
  });
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}
