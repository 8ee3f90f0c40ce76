import { X509Certificate } from 'node:crypto';
import type { IdentityProvider } from './parties.ts';
import { SamlError } from './saml-error.ts';
import {
  childrenOf,
  everyElement,
  METADATA_NS,
  onlyChild,
  parseXml,
  SIGNATURE_NS,
  type XmlElement,
} from './xml.ts';

/** Entra's has some 30,000. */
const MOST_CHARACTERS = 1024 * 1024;
const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/**
 * What an identity provider publishes of itself (SAML metadata), as far as signing in needs it: its entity id, where the browser
 * goes, and the keys that it signs with, those that are to come included. Whoever brings the document vouches for it, as they
 * would for what they type. Throws SamlError.
 */
export function readProviderMetadata(text: string, now: Date): IdentityProvider {
  if (text.length > MOST_CHARACTERS) {
    throw new SamlError('suspicious', `The metadata has more than ${MOST_CHARACTERS} characters.`);
  }
  const entity = providerEntity(parseXml(withoutComments(text)));
  const role = onlyChild(entity, METADATA_NS, 'IDPSSODescriptor');
  assertCurrent([entity, role], now);
  if (['true', '1'].includes(role.attributes.get('WantAuthnRequestsSigned') ?? '')) {
    throw new SamlError(
      'unsupported',
      'The provider wants signed requests, which are not sent here. Switch that off in its application.',
    );
  }
  return {
    entityId: required(entity, 'entityID'),
    signOnUrl: signOnUrl(role),
    signingCertificates: signingCertificates(role),
  };
}

/** Some products comment their metadata; a comment means nothing there. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', from)) {
    const end = text.indexOf('-->', start + '<!--'.length);
    if (end < 0) break;
    parts.push(text.slice(from, start));
    from = end + '-->'.length;
  }
  return parts.join('') + text.slice(from);
}

function providerEntity(root: XmlElement): XmlElement {
  const providers = [...everyElement(root)].filter(
    (element) =>
      element.namespace === METADATA_NS &&
      element.name === 'EntityDescriptor' &&
      childrenOf(element, METADATA_NS, 'IDPSSODescriptor').length > 0,
  );
  const [provider, ...more] = providers;
  if (provider === undefined) {
    throw new SamlError(
      'malformed',
      'This is no SAML metadata of an identity provider: it has no EntityDescriptor with an IDPSSODescriptor.',
    );
  }
  if (more.length === 0) return provider;
  throw new SamlError(
    'malformed',
    `The metadata describes ${providers.length} identity providers; give that of one.`,
  );
}

function assertCurrent(elements: readonly XmlElement[], now: Date): void {
  for (const { attributes } of elements) {
    const validUntil = attributes.get('validUntil');
    if (validUntil === undefined || Date.parse(validUntil) > now.getTime()) continue;
    throw new SamlError(
      'time',
      `The metadata was valid until ${validUntil}: fetch it from the provider again.`,
    );
  }
}

function signOnUrl(role: XmlElement): string {
  const services = childrenOf(role, METADATA_NS, 'SingleSignOnService');
  const service = services.find(({ attributes }) => attributes.get('Binding') === REDIRECT_BINDING);
  if (service !== undefined) return required(service, 'Location');
  throw new SamlError('unsupported', 'The provider offers no SingleSignOnService by the redirect binding.');
}

function signingCertificates(role: XmlElement): string[] {
  const keys = childrenOf(role, METADATA_NS, 'KeyDescriptor').filter(
    ({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing',
  );
  const certificates = keys
    .flatMap((key) => [...everyElement(key)])
    .filter(({ namespace, name }) => namespace === SIGNATURE_NS && name === 'X509Certificate')
    .map(({ text }) => pemOf(text));
  if (certificates.length > 0) return [...new Set(certificates)];
  throw new SamlError('malformed', 'The metadata has no certificate that the provider signs with.');
}

function pemOf(text: string): string {
  const base64 = text.replaceAll(/\s/gu, '');
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).toString();
  } catch (cause) {
    throw new SamlError('malformed', 'A KeyDescriptor of the metadata has no X.509 certificate.', { cause });
  }
}

function required({ name, attributes }: XmlElement, attribute: string): string {
  const value = attributes.get(attribute)?.trim() ?? '';
  if (value !== '') return value;
  throw new SamlError('malformed', `${name} has no ${attribute}.`);
}
