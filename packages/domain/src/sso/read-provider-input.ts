import { X509Certificate } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import { isSharedIssuer } from './shared-issuers.ts';
import type { SsoProviderInput } from './sso-provider.ts';

const LONGEST_TEXT = 1_000;
const MOST_CERTIFICATES = 10;
const LONGEST_CERTIFICATE = 20_000;

/** What of a provider may be reached, and how: an installation decides, not an account. */
export interface ProviderPolicy {
  /** In development and tests: providers that speak plain http. */
  allowHttp: boolean;
}

/** The same without blanks around and with certificates as PEM. Throws InvalidInputError with the field at fault. */
export function readProviderInput<Input extends SsoProviderInput>(
  input: Input,
  policy: ProviderPolicy,
): Input {
  const read = { ...input, issuer: readIssuer(input, policy) };
  if (input.groupsClaim !== undefined) read.groupsClaim = readText(input.groupsClaim, 'groupsClaim');
  if (read.protocol === 'oidc') {
    read.clientId = readText(read.clientId, 'clientId');
    if (typeof read.clientSecret === 'string') assertSecret(read.clientSecret);
    return read;
  }
  read.signOnUrl = readUrl(read.signOnUrl, 'signOnUrl', policy);
  read.signingCertificates = readCertificates(read.signingCertificates);
  return read;
}

function readIssuer(input: SsoProviderInput, policy: ProviderPolicy): string {
  // An entity id is any URI (SAML metadata 2.2.1); an issuer an https URL without query and fragment (OpenID Connect Core 2).
  const issuer =
    input.protocol === 'saml' ? readText(input.issuer, 'issuer') : readUrl(input.issuer, 'issuer', policy);
  if (input.protocol === 'oidc' && /[?#]/u.test(issuer)) {
    throw new InvalidInputError(
      'An issuer has no query and no fragment: end it before the ? or #.',
      'issuer',
    );
  }
  if (isSharedIssuer(issuer)) {
    throw new InvalidInputError(
      `${issuer} serves the people of many organisations, so nobody of this account could be known by it. ` +
        'Name the issuer of your own tenant; in Entra ID it has the tenant id in the place of "common" or "organizations".',
      'issuer',
    );
  }
  return issuer;
}

function readUrl(text: string, path: string, { allowHttp }: ProviderPolicy): string {
  const trimmed = readText(text, path);
  const url = URL.parse(trimmed);
  const isSecure = url?.protocol === 'https:' || (allowHttp && url?.protocol === 'http:');
  if (url !== null && isSecure && url.username === '' && url.password === '') return trimmed;
  throw new InvalidInputError(
    `"${trimmed}" cannot be used: write the whole URL, beginning with https://, without a user name in it.`,
    path,
  );
}

function readText(text: string, path: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_TEXT && !/\p{Cc}|\p{Cs}/u.test(trimmed)) return trimmed;
  throw new InvalidInputError(
    `This must have 1 to ${LONGEST_TEXT.toLocaleString('en')} characters and no control characters.`,
    path,
  );
}

// Never trimmed and never shown: a secret is what it is.
function assertSecret(secret: string): void {
  if (secret.trim() !== '' && secret.length <= LONGEST_TEXT && !/\p{Cc}|\p{Cs}/u.test(secret)) return;
  throw new InvalidInputError(
    `A client secret has 1 to ${LONGEST_TEXT.toLocaleString('en')} characters and no control characters.`,
    'clientSecret',
  );
}

function readCertificates(certificates: readonly string[]): readonly string[] {
  if (certificates.length === 0 || certificates.length > MOST_CERTIFICATES) {
    throw new InvalidInputError(
      `Give 1 to ${MOST_CERTIFICATES} signing certificates of the provider.`,
      'signingCertificates',
    );
  }
  return [...new Set(certificates.map(readCertificate))];
}

function readCertificate(text: string, index: number): string {
  try {
    if (text.length > LONGEST_CERTIFICATE) throw new RangeError('too long');
    const isPem = text.includes('-----BEGIN');
    return new X509Certificate(isPem ? text.trim() : Buffer.from(text, 'base64')).toString();
  } catch (cause) {
    throw new InvalidInputError(
      'This is no X.509 certificate: paste the whole text from BEGIN CERTIFICATE to END CERTIFICATE.',
      `signingCertificates.${index}`,
      { cause },
    );
  }
}
