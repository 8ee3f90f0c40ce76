import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProviderMetadata } from '../src/provider-metadata.ts';
import { SamlError, type SamlFault } from '../src/saml-error.ts';
import { serviceMetadata } from '../src/service-metadata.ts';
import { childrenOf, METADATA_NS, onlyChild, parseXml } from '../src/xml.ts';
import { samlProvider } from './saml-provider.ts';
import { newSigningKey } from './signing-key.ts';

const now = new Date('2026-03-01T12:00:00Z');
const key = newSigningKey();
const next = newSigningKey();
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

test('what an independent provider publishes of itself is read', () => {
  const provider = samlProvider('https://idp.example', key);
  expect(readProviderMetadata(provider.metadata, now)).toEqual({
    entityId: provider.entityId,
    signOnUrl: provider.signOnUrl,
    signingCertificates: provider.signingCertificates,
  });
});

test("Entra's form is read: other roles beside, a signature of the whole, two certificates, the one to come last", () => {
  const metadata =
    `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_1" entityID="https://sts.windows.net/tenant/" xmlns="${METADATA_NS}">` +
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>AA==</SignatureValue></Signature>' +
    `<RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">${keyDescriptor(newSigningKey().certificate)}</RoleDescriptor>` +
    role({ keys: keyDescriptor(key.certificate) + keyDescriptor(next.certificate) }) +
    '</EntityDescriptor>';
  expect(readProviderMetadata(metadata, now)).toEqual({
    entityId: 'https://sts.windows.net/tenant/',
    signOnUrl: 'https://idp.example/sso',
    signingCertificates: [key.certificate, next.certificate],
  });
});

test('a key without a use signs, too; one that encrypts does not', () => {
  const keys = keyDescriptor(key.certificate, '') + keyDescriptor(next.certificate, 'use="encryption"');
  expect(readProviderMetadata(entity(role({ keys })), now).signingCertificates).toEqual([key.certificate]);
});

test('comments, a byte order mark and one provider in a list change nothing', () => {
  const one = entity(role({}));
  const expected = readProviderMetadata(one, now);
  const commented = `\u{feff}<!-- made by hand -->${one.replace('<KeyDescriptor', '<!-- <KeyDescriptor> --><KeyDescriptor')}`;
  expect(readProviderMetadata(commented, now)).toEqual(expected);
  expect(
    readProviderMetadata(`<EntitiesDescriptor xmlns="${METADATA_NS}">${one}</EntitiesDescriptor>`, now),
  ).toEqual(expected);
});

test('metadata is taken until the moment that it says, and not from then on', () => {
  const metadata = entity(role({}), 'validUntil="2026-03-01T12:00:00Z"');
  expect(readProviderMetadata(metadata, new Date(now.getTime() - 1)).entityId).toBe('urn:idp');
  expect(refusalOf(metadata)).toMatchObject({ fault: 'time' });
});

test.for<{ what: string; metadata: string; fault: SamlFault; says: string }>([
  {
    what: 'a page',
    metadata: '<html><body>Sign in</body></html>',
    fault: 'malformed',
    says: 'no SAML metadata',
  },
  { what: 'no XML', metadata: 'https://idp.example/metadata', fault: 'malformed', says: 'not' },
  {
    what: "a service's own",
    metadata: serviceMetadata({ entityId: 'urn:a', acsUrl: 'https://a.example' }),
    fault: 'malformed',
    says: 'no SAML metadata',
  },
  {
    what: 'two providers',
    metadata: `<EntitiesDescriptor xmlns="${METADATA_NS}">${entity(role({}))}${entity(role({}))}</EntitiesDescriptor>`,
    fault: 'malformed',
    says: 'describes 2',
  },
  {
    what: 'no entity id',
    metadata: entity(role({})).replace('entityID="urn:idp"', ''),
    fault: 'malformed',
    says: 'entityID',
  },
  {
    what: 'no certificate',
    metadata: entity(role({ keys: '' })),
    fault: 'malformed',
    says: 'no certificate',
  },
  {
    what: 'a certificate that is none',
    metadata: entity(role({ keys: keyDescriptor('AAAA') })),
    fault: 'malformed',
    says: 'X.509',
  },
  {
    what: 'the POST binding alone',
    metadata: entity(role({ binding: POST })),
    fault: 'unsupported',
    says: 'redirect',
  },
  {
    what: 'a wish for signed requests',
    metadata: entity(role({ attributes: 'WantAuthnRequestsSigned="true"' })),
    fault: 'unsupported',
    says: 'signed requests',
  },
  {
    what: 'a document type',
    metadata: `<!DOCTYPE x [<!ENTITY y "z">]>${entity(role({}))}`,
    fault: 'suspicious',
    says: 'document type',
  },
  {
    what: 'an end that is no time',
    metadata: entity(role({}), 'validUntil="soon"'),
    fault: 'time',
    says: 'soon',
  },
  {
    what: 'too much of it',
    metadata: entity(role({})) + ' '.repeat(1024 * 1024),
    fault: 'suspicious',
    says: 'characters',
  },
])('metadata with $what is refused', ({ metadata, fault, says }) => {
  const refusal = refusalOf(metadata);
  expect(refusal.fault).toBe(fault);
  expect(refusal.message).toContain(says);
});

test('whatever text is given, it is read or refused, never anything else', () => {
  const whole = entity(role({}));
  const cut = fc
    .tuple(fc.nat(whole.length), fc.nat(40), fc.string())
    .map(([at, length, insert]) => whole.slice(0, at) + insert + whole.slice(at + length));
  fc.assert(
    fc.property(fc.oneof(cut, fc.string()), (text) => {
      expect(() => {
        try {
          readProviderMetadata(text, now);
        } catch (error) {
          if (!(error instanceof SamlError)) throw error;
        }
      }).not.toThrow();
    }),
    { seed: 7, numRuns: 500 },
  );
});

describe('the metadata of this service', () => {
  test('names who it is, where answers go, and that assertions must be signed', () => {
    const entityId = 'https://rollcall.example/a?b="c"&d=<e>';
    const root = parseXml(serviceMetadata({ entityId, acsUrl: 'https://rollcall.example/acs?x=1&y=2' }));
    expect(root.attributes.get('entityID')).toBe(entityId);
    const [descriptor] = childrenOf(root, METADATA_NS, 'SPSSODescriptor');
    expect(descriptor?.attributes.get('WantAssertionsSigned')).toBe('true');
    expect(descriptor && onlyChild(descriptor, METADATA_NS, 'AssertionConsumerService').attributes).toEqual(
      new Map([
        ['Binding', POST],
        ['Location', 'https://rollcall.example/acs?x=1&y=2'],
        ['index', '0'],
        ['isDefault', 'true'],
      ]),
    );
  });
});

function entity(content: string, attributes = ''): string {
  return `<EntityDescriptor xmlns="${METADATA_NS}" entityID="urn:idp" ${attributes}>${content}</EntityDescriptor>`;
}

function role({ keys = keyDescriptor(key.certificate), binding = REDIRECT, attributes = '' }): string {
  return (
    `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ${attributes}>${keys}` +
    `<SingleSignOnService Binding="${binding}" Location="https://idp.example/sso"/></IDPSSODescriptor>`
  );
}

function keyDescriptor(certificate: string, use = 'use="signing"'): string {
  const base64 = certificate.replaceAll(/-----[^-]+-----/gu, '');
  return (
    `<KeyDescriptor ${use}><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>` +
    `<X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
  );
}

function refusalOf(metadata: string): { fault: SamlFault; message: string } {
  try {
    readProviderMetadata(metadata, now);
  } catch (error) {
    if (error instanceof SamlError) return { fault: error.fault, message: error.message };
    throw error;
  }
  throw new Error('it was read');
}
