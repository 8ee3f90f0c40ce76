import { nodeSaml } from './node-saml.ts';
import type { IdentityProvider, ServiceProvider } from './parties.ts';
import { type Assertion, readAssertion } from './read-assertion.ts';
import { SamlError } from './saml-error.ts';
import { assertSignatureAlgorithms } from './signature-algorithms.ts';
import {
  ASSERTION_NS,
  childrenOf,
  everyElement,
  onlyChild,
  parseXml,
  PROTOCOL_NS,
  SIGNATURE_NS,
  type XmlElement,
} from './xml.ts';

export interface Attempt {
  readonly service: ServiceProvider;
  readonly provider: IdentityProvider;
  /** Of the request that this browser was sent away with. */
  readonly requestId: string;
  readonly now: Date;
}

/** In base64, as the form brings it. An assertion with a thousand groups has a tenth of it. */
export const MOST_RESPONSE_CHARACTERS = 512 * 1024;

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/**
 * The assertion of a response that the browser brought by the POST binding, once it is certain that this provider signed it, for
 * this service, as the answer to this very attempt, and that it holds now. Only what was signed is read. Whether it was used
 * before is the caller's to find out, by its id. Throws SamlError.
 */
export async function verifyResponse(encoded: string, attempt: Attempt): Promise<Assertion> {
  const text = decode(encoded);
  const response = parseXml(text);
  assertShape(response);
  assertSignatureAlgorithms(response);
  assertUniqueIds(response);
  assertEnvelope(response, attempt);
  return readAssertion(parseXml(await signedAssertion(encoded, attempt)), attempt);
}

function decode(encoded: string): string {
  if (encoded.length > MOST_RESPONSE_CHARACTERS) {
    throw new SamlError('suspicious', `The response has more than ${MOST_RESPONSE_CHARACTERS} characters.`);
  }
  const base64 = encoded.replaceAll(/[\r\n]/gu, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/u.test(base64) || base64.length % 4 !== 0) {
    throw new SamlError('malformed', 'There is no SAML response in base64.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw new SamlError('malformed', 'The response is not UTF-8.', { cause });
  }
}

/**
 * One response with one assertion in its place, and no other anywhere: what a signature is moved to, or away from, in wrapping
 * attacks is not there to be read.
 */
function assertShape(response: XmlElement): void {
  if (response.namespace !== PROTOCOL_NS || response.name !== 'Response') {
    throw new SamlError('malformed', `This is a ${response.name}, not a SAML 2.0 Response.`);
  }
  const status = statusOf(response);
  if (status !== undefined) {
    throw new SamlError('declined', `The identity provider did not sign you in: ${status}.`);
  }
  const elements = [...everyElement(response)];
  if (elements.some(({ name }) => name === 'EncryptedAssertion' || name === 'EncryptedID')) {
    throw new SamlError(
      'unsupported',
      'The assertion is encrypted: switch its encryption off at the provider.',
    );
  }
  const assertions = elements.filter(({ name }) => name === 'Assertion');
  const [placed] = childrenOf(response, ASSERTION_NS, 'Assertion');
  if (placed === undefined && assertions.length === 0) {
    throw new SamlError('malformed', 'The response has no assertion.');
  }
  const nested = elements.some(({ name }, index) => name === 'Response' && index > 0);
  if (placed === undefined || assertions.length > 1 || nested) {
    throw new SamlError('suspicious', 'The response does not have one assertion in its place alone.');
  }
  if (childrenOf(placed, SIGNATURE_NS, 'Signature').length !== 1) {
    throw new SamlError(
      'signature',
      'The assertion itself must be signed, once: have the provider sign assertions, not only responses.',
    );
  }
}

/** What the provider says went wrong; undefined for success. */
function statusOf(response: XmlElement): string | undefined {
  const status = onlyChild(response, PROTOCOL_NS, 'Status');
  const code = onlyChild(status, PROTOCOL_NS, 'StatusCode');
  const value = code.attributes.get('Value') ?? '';
  if (value === SUCCESS) return undefined;
  const [detail = code] = childrenOf(code, PROTOCOL_NS, 'StatusCode');
  const [message] = childrenOf(status, PROTOCOL_NS, 'StatusMessage');
  const name = (detail.attributes.get('Value') ?? value).split(':').at(-1) ?? '';
  const words = [name, message?.text.trim() ?? ''].filter((part) => part !== '').join(', ');
  return words.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300);
}

/** A signature refers to its element by id: two elements of one id would let it mean either. */
function assertUniqueIds(response: XmlElement): void {
  const ids = [...everyElement(response)].flatMap(({ attributes }) =>
    ['ID', 'Id', 'id'].flatMap((name) => attributes.get(name) ?? []),
  );
  if (new Set(ids).size !== ids.length) {
    throw new SamlError('suspicious', 'Two elements of the response have the same id.');
  }
}

/** What stands around the assertion need not be signed: it can make a response wrong, and proves nothing. */
function assertEnvelope(response: XmlElement, { service, provider, requestId }: Attempt): void {
  const { attributes } = response;
  if (attributes.get('Version') !== '2.0') throw new SamlError('malformed', 'The response is not SAML 2.0.');
  const destination = attributes.get('Destination');
  if (destination !== undefined && destination !== service.acsUrl) {
    throw new SamlError('misdirected', `The response is for ${destination}, not for ${service.acsUrl}.`);
  }
  const answers = attributes.get('InResponseTo');
  if (answers === undefined) {
    throw new SamlError(
      'misdirected',
      'The response answers no request. Signing in begins at Rollcall, not at the provider: open the sign-in page here.',
    );
  }
  if (answers !== requestId) {
    throw new SamlError('misdirected', 'The response answers another attempt to sign in. Sign in again.');
  }
  const [issuer] = childrenOf(response, ASSERTION_NS, 'Issuer');
  if (issuer !== undefined && issuer.text.trim() !== provider.entityId) {
    throw new SamlError(
      'misdirected',
      `The response is from ${issuer.text.trim()}, not from ${provider.entityId}.`,
    );
  }
}

/** The bytes of the assertion that a key of the provider signed, in canonical form. */
async function signedAssertion(encoded: string, { service, provider, requestId }: Attempt): Promise<string> {
  try {
    const saml = nodeSaml(service, provider, requestId);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: encoded });
    const xml = profile?.getAssertionXml?.();
    if (xml !== undefined) return xml;
  } catch (cause) {
    throw new SamlError(
      'signature',
      'The assertion is not signed by a key of the identity provider that this account knows, or was altered. ' +
        'If the provider has a new certificate, an administrator enters it here.',
      { cause },
    );
  }
  throw new SamlError('signature', 'The response has no signed assertion.');
}
