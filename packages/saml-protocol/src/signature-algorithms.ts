import { SamlError } from './saml-error.ts';
import { everyElement, SIGNATURE_NS, type XmlElement } from './xml.ts';

const ALLOWED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'SignatureMethod',
    new Set([
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    ]),
  ],
  [
    'DigestMethod',
    new Set(['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512']),
  ],
  ['CanonicalizationMethod', new Set(['http://www.w3.org/2001/10/xml-exc-c14n#'])],
  // SAML core 5.4.4 allows no others; exclusive canonicalization with comments is of no use where there are none.
  [
    'Transform',
    new Set([
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ]),
  ],
]);

/** Throws SamlError where any signature in the document uses what is broken, or more than SAML allows. */
export function assertSignatureAlgorithms(document: XmlElement): void {
  for (const { namespace, name, attributes } of everyElement(document)) {
    const allowed = namespace === SIGNATURE_NS ? ALLOWED.get(name) : undefined;
    const algorithm = attributes.get('Algorithm') ?? '';
    if (allowed === undefined || allowed.has(algorithm)) continue;
    throw new SamlError(
      'unsupported',
      `The signature's ${name} is "${algorithm}", which is not taken: have the provider sign with RSA and SHA-256.`,
    );
  }
}
