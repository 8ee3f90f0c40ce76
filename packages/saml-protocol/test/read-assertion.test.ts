import { expect, test } from 'vitest';
import { type Assertion, readAssertion } from '../src/read-assertion.ts';
import { SamlError, type SamlFault } from '../src/saml-error.ts';
import { parseXml } from '../src/xml.ts';

const now = new Date('2026-03-01T12:00:00Z');
const service = { entityId: 'urn:rollcall', acsUrl: 'https://rollcall.example/acs' };
const provider = { entityId: 'urn:idp', signOnUrl: 'https://idp.example/sso', signingCertificates: [] };
const ENTRA_GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

const confirmation = bearer(
  'Recipient="https://rollcall.example/acs" InResponseTo="_r" NotOnOrAfter="2026-03-01T12:05:00Z"',
);
const conditions =
  '<Conditions NotBefore="2026-03-01T11:55:00Z" NotOnOrAfter="2026-03-01T12:05:00.123Z">' +
  '<AudienceRestriction><Audience>urn:rollcall</Audience></AudienceRestriction></Conditions>';
const authentication = '<AuthnStatement AuthnInstant="2026-03-01T12:00:00Z"><AuthnContext/></AuthnStatement>';

test('all that an assertion says is read, in the form that Entra gives it', () => {
  const attributes =
    `<AttributeStatement><Attribute Name="${ENTRA_GROUPS}">` +
    '<AttributeValue>62bd0a0e</AttributeValue><AttributeValue> Sales &amp; Support </AttributeValue></Attribute>' +
    '<Attribute Name="empty"/></AttributeStatement>' +
    `<AttributeStatement><Attribute Name="${ENTRA_GROUPS}"><AttributeValue>third</AttributeValue></Attribute></AttributeStatement>`;
  expect(read({ after: attributes })).toEqual({
    id: '_a',
    issuer: 'urn:idp',
    nameId: 'ada@acme.example',
    expiresAt: new Date('2026-03-01T12:06:00Z'),
    attributes: new Map([
      [ENTRA_GROUPS, ['62bd0a0e', 'Sales & Support', 'third']],
      ['empty', []],
    ]),
  } satisfies Assertion);
});

test('of several confirmations one that is right is enough, whatever stands before it', () => {
  const others =
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>' +
    bearer('Recipient="https://elsewhere.example" InResponseTo="_r" NotOnOrAfter="2026-03-01T12:05:00Z"');
  expect(read({ confirmations: others + confirmation }).nameId).toBe('ada@acme.example');
});

test('a time with an offset is the same time', () => {
  const shifted = confirmation.replace('12:05:00Z', '13:05:00+01:00');
  expect(read({ confirmations: shifted }).expiresAt).toEqual(new Date('2026-03-01T12:06:00Z'));
});

test.for<{ what: string; parts: Partial<Parts>; fault: SamlFault }>([
  {
    what: 'no end of the confirmation',
    parts: { confirmations: confirmation.replace(/NotOnOrAfter="[^"]+"/u, '') },
    fault: 'malformed',
  },
  {
    what: 'an end that is no time',
    parts: { confirmations: confirmation.replace('2026-03-01T12:05:00Z', 'tomorrow') },
    fault: 'malformed',
  },
  {
    what: 'an end in local time',
    parts: { confirmations: confirmation.replace('12:05:00Z', '12:05:00') },
    fault: 'malformed',
  },
  {
    what: 'no recipient',
    parts: { confirmations: confirmation.replace(/Recipient="[^"]+"/u, '') },
    fault: 'misdirected',
  },
  {
    what: 'no request',
    parts: { confirmations: confirmation.replace(/InResponseTo="[^"]+"/u, '') },
    fault: 'misdirected',
  },
  {
    what: 'a confirmation that begins later',
    parts: { confirmations: confirmation.replace('Recipient', 'NotBefore="2026-03-01T12:02:00Z" Recipient') },
    fault: 'time',
  },
  { what: 'no confirmation', parts: { confirmations: '' }, fault: 'malformed' },
  {
    what: 'a confirmation that needs a key',
    parts: { confirmations: confirmation.replace('cm:bearer', 'cm:holder-of-key') },
    fault: 'malformed',
  },
  {
    what: 'conditions that ended',
    parts: { conditions: conditions.replace('12:05:00.123Z', '11:58:00Z') },
    fault: 'time',
  },
  { what: 'no conditions', parts: { conditions: '' }, fault: 'malformed' },
  { what: 'conditions twice', parts: { conditions: conditions + conditions }, fault: 'malformed' },
  {
    what: 'a condition that nobody knows',
    parts: { conditions: conditions.replace('</Conditions>', '<Condition/></Conditions>') },
    fault: 'unsupported',
  },
  {
    what: 'a second audience restriction without us',
    parts: {
      conditions: conditions.replace(
        '</Conditions>',
        '<AudienceRestriction><Audience>urn:other</Audience></AudienceRestriction></Conditions>',
      ),
    },
    fault: 'misdirected',
  },
  {
    what: 'an audience that only begins as ours',
    parts: { conditions: conditions.replace('urn:rollcall', 'urn:rollcall2') },
    fault: 'misdirected',
  },
  { what: 'nobody who authenticated', parts: { after: '', authentication: '' }, fault: 'malformed' },
  {
    what: 'a session that ended',
    parts: {
      authentication: authentication.replace(
        'AuthnInstant',
        'SessionNotOnOrAfter="2026-03-01T11:00:00Z" AuthnInstant',
      ),
    },
    fault: 'time',
  },
  { what: 'an empty name', parts: { nameId: '<NameID> </NameID>' }, fault: 'malformed' },
  { what: 'two names', parts: { nameId: '<NameID>a@x</NameID><NameID>b@x</NameID>' }, fault: 'malformed' },
  { what: 'a name with an element in it', parts: { nameId: '<NameID>a@x<b/></NameID>' }, fault: 'malformed' },
  { what: 'another issuer', parts: { issuer: 'urn:idp2' }, fault: 'misdirected' },
])('an assertion with $what is refused', ({ parts, fault }) => {
  expect(refusalOf(parts)).toMatchObject({ name: 'SamlError', fault });
});

interface Parts {
  issuer: string;
  nameId: string;
  confirmations: string;
  conditions: string;
  authentication: string;
  after: string;
}

function read(parts: Partial<Parts>): Assertion {
  return readAssertion(parseXml(assertion(parts)), { service, provider, requestId: '_r', now });
}

function refusalOf(parts: Partial<Parts>): unknown {
  try {
    return read(parts);
  } catch (error) {
    if (error instanceof SamlError) return { name: error.name, fault: error.fault, message: error.message };
    throw error;
  }
}

function assertion(parts: Partial<Parts>): string {
  const all: Parts = {
    issuer: 'urn:idp',
    nameId:
      '<NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada@acme.example</NameID>',
    confirmations: confirmation,
    conditions,
    authentication,
    after: '',
    ...parts,
  };
  return (
    '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" IssueInstant="2026-03-01T12:00:00Z">' +
    `<Issuer>${all.issuer}</Issuer><Subject>${all.nameId}${all.confirmations}</Subject>` +
    `${all.conditions}${all.authentication}${all.after}</Assertion>`
  );
}

function bearer(data: string): string {
  return (
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">' +
    `<SubjectConfirmationData ${data}/></SubjectConfirmation>`
  );
}
