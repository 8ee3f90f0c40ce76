import { hash } from 'node:crypto';
import type { IdentityProvider, ServiceProvider } from './parties.ts';
import { SamlError } from './saml-error.ts';
import { ASSERTION_NS, childrenOf, onlyChild, type XmlElement } from './xml.ts';

/** What the identity provider says of whoever signed in. */
export interface Assertion {
  /** Of this assertion alone: it must not be believed twice. */
  readonly id: string;
  readonly issuer: string;
  readonly nameId: string;
  /** From then on nobody believes it, so its id need not be remembered any longer. */
  readonly expiresAt: Date;
  /** By their names, with their values as text. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

interface Expectation {
  readonly service: ServiceProvider;
  readonly provider: IdentityProvider;
  readonly requestId: string;
  readonly now: Date;
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/** Of two clocks. */
const SKEW_MS = 60_000;
/** Others might mean a restriction that we do not keep, so an assertion with one is not valid (SAML core 2.5.1.1). */
const CONDITIONS = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

/** Judges a signed assertion by the rules of the web browser profile (SAML profiles 4.1.4.3). Throws SamlError. */
export function readAssertion(assertion: XmlElement, expected: Expectation): Assertion {
  if (assertion.namespace !== ASSERTION_NS || assertion.name !== 'Assertion') {
    throw new SamlError('malformed', 'What was signed is not an assertion.');
  }
  if (assertion.attributes.get('Version') !== '2.0') {
    throw new SamlError('malformed', 'The assertion is not SAML 2.0.');
  }
  const issuer = onlyChild(assertion, ASSERTION_NS, 'Issuer').text.trim();
  if (issuer !== expected.provider.entityId) {
    throw new SamlError(
      'misdirected',
      `The assertion is from ${issuer}, not from ${expected.provider.entityId}.`,
    );
  }
  const subject = onlyChild(assertion, ASSERTION_NS, 'Subject');
  const confirmedUntil = confirmBearer(subject, expected);
  const validUntil = checkConditions(onlyChild(assertion, ASSERTION_NS, 'Conditions'), expected);
  checkStatements(assertion, expected.now);
  const end = Math.min(confirmedUntil, validUntil);
  return {
    id: assertionId(assertion),
    issuer,
    nameId: nameIdOf(subject),
    expiresAt: new Date(end + SKEW_MS),
    attributes: attributesOf(assertion),
  };
}

/** An id of any length becomes one of a known length. */
function assertionId(assertion: XmlElement): string {
  const id = assertion.attributes.get('ID') ?? '';
  if (id === '') throw new SamlError('malformed', 'The assertion has no ID.');
  return id.length <= 200 ? id : hash('sha256', id);
}

function nameIdOf(subject: XmlElement): string {
  const nameId = onlyChild(subject, ASSERTION_NS, 'NameID').text.trim();
  if (nameId === '')
    throw new SamlError('malformed', 'The assertion does not say who signed in: its NameID is empty.');
  return nameId;
}

/** The end of the confirmation that makes whoever brings the assertion its subject, for us and as the answer to this request. */
function confirmBearer(subject: XmlElement, expected: Expectation): number {
  const faults: SamlError[] = [];
  for (const confirmation of childrenOf(subject, ASSERTION_NS, 'SubjectConfirmation')) {
    if (confirmation.attributes.get('Method') !== BEARER) continue;
    try {
      return bearerEnd(onlyChild(confirmation, ASSERTION_NS, 'SubjectConfirmationData'), expected);
    } catch (error) {
      if (!(error instanceof SamlError)) throw error;
      faults.push(error);
    }
  }
  throw (
    faults[0] ??
    new SamlError('malformed', 'The assertion has no subject confirmation of the method "bearer".')
  );
}

function bearerEnd({ attributes }: XmlElement, { service, requestId, now }: Expectation): number {
  const recipient = attributes.get('Recipient');
  if (recipient !== service.acsUrl) {
    throw new SamlError(
      'misdirected',
      `The assertion is for ${recipient ?? 'no recipient'}, not for ${service.acsUrl}.`,
    );
  }
  if (attributes.get('InResponseTo') !== requestId) {
    throw new SamlError('misdirected', 'The assertion answers another attempt to sign in. Sign in again.');
  }
  const end = instant(attributes.get('NotOnOrAfter'), 'NotOnOrAfter of the subject confirmation');
  if (end === undefined) throw new SamlError('malformed', 'The subject confirmation has no NotOnOrAfter.');
  assertWithin(instant(attributes.get('NotBefore'), 'NotBefore'), end, now);
  return end;
}

function checkConditions(conditions: XmlElement, { service, now }: Expectation): number {
  const unknown = conditions.children.find(
    ({ namespace, name }) => namespace !== ASSERTION_NS || !CONDITIONS.has(name),
  );
  if (unknown !== undefined) {
    throw new SamlError(
      'unsupported',
      `The assertion has a condition that is not known here: ${unknown.name}.`,
    );
  }
  const restrictions = childrenOf(conditions, ASSERTION_NS, 'AudienceRestriction');
  if (restrictions.length === 0) {
    throw new SamlError('misdirected', `The assertion names no audience; it must name ${service.entityId}.`);
  }
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, ASSERTION_NS, 'Audience').map(({ text }) => text.trim());
    if (audiences.includes(service.entityId)) continue;
    throw new SamlError(
      'misdirected',
      `The assertion's audience is ${audiences.join(', ') || 'nobody'}, not ${service.entityId}: enter this as audience or entity id at the provider.`,
    );
  }
  const end = instant(conditions.attributes.get('NotOnOrAfter'), 'NotOnOrAfter') ?? Infinity;
  assertWithin(instant(conditions.attributes.get('NotBefore'), 'NotBefore'), end, now);
  return end;
}

/** Somebody has authenticated, and what that began has not ended. */
function checkStatements(assertion: XmlElement, now: Date): void {
  const statements = childrenOf(assertion, ASSERTION_NS, 'AuthnStatement');
  if (statements.length === 0) {
    throw new SamlError('malformed', 'The assertion does not say that anybody has authenticated.');
  }
  for (const { attributes } of statements) {
    const end = instant(attributes.get('SessionNotOnOrAfter'), 'SessionNotOnOrAfter');
    assertWithin(undefined, end ?? Infinity, now);
  }
}

function assertWithin(notBefore: number | undefined, notOnOrAfter: number, now: Date): void {
  if (notBefore !== undefined && now.getTime() + SKEW_MS < notBefore) {
    throw new SamlError('time', "The assertion is not valid yet: the provider's clock and this one differ.");
  }
  if (now.getTime() - SKEW_MS >= notOnOrAfter) {
    throw new SamlError(
      'time',
      "The assertion is not valid any more. Sign in again; if this stays, the provider's clock and this one differ.",
    );
  }
}

/** xs:dateTime in UTC, or with an offset. */
function instant(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/u.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(time)) throw new SamlError('malformed', `${what} is not a point in time.`);
  return time;
}

function attributesOf(assertion: XmlElement): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, ASSERTION_NS, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, ASSERTION_NS, 'Attribute')) {
      const name = attribute.attributes.get('Name') ?? '';
      const values = childrenOf(attribute, ASSERTION_NS, 'AttributeValue').map(({ text }) => text.trim());
      const earlier = attributes.get(name);
      if (earlier === undefined) attributes.set(name, values);
      else earlier.push(...values);
    }
  }
  return attributes;
}
