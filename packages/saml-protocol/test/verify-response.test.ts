import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ServiceProvider } from '../src/parties.ts';
import { newRequestId, signInUrl } from '../src/request-sign-in.ts';
import { SamlError, type SamlFault } from '../src/saml-error.ts';
import { type Attempt, MOST_RESPONSE_CHARACTERS, verifyResponse } from '../src/verify-response.ts';
import {
  decode,
  encode,
  type PersonAtProvider,
  readRequest,
  samlProvider,
  type SamlProvider,
} from './saml-provider.ts';
import { newSigningKey } from './signing-key.ts';

const service: ServiceProvider = {
  entityId: 'https://rollcall.example/sign-in/saml/1/metadata',
  acsUrl: 'https://rollcall.example/sign-in/saml/1/acs',
};
const ada: PersonAtProvider = {
  nameId: 'ada@acme.example',
  attributes: { groups: ['Platform', 'Everyone'], firstName: 'Ada', lastName: 'Lindqvist' },
};

let provider: SamlProvider;

beforeAll(() => {
  provider = samlProvider('https://idp.example');
});

test('the request names this service, its address for answers and its id, and can be read by the provider', async () => {
  const requestId = newRequestId();
  const url = await signInUrl(service, provider, requestId);
  expect(url.startsWith(`${provider.signOnUrl}?`)).toBe(true);
  const query = Object.fromEntries(new URL(url).searchParams);
  expect(Object.keys(query)).toEqual(['SAMLRequest']);
  expect(await readRequest(query)).toEqual({
    id: requestId,
    issuer: service.entityId,
    destination: provider.signOnUrl,
    assertionConsumerServiceURL: service.acsUrl,
  });
});

test('a sign-on URL with a query of its own keeps it', async () => {
  const idp = { ...provider, signOnUrl: 'https://idp.example/sso?tenant=7' };
  const url = new URL(await signInUrl(service, idp, newRequestId()));
  expect([...url.searchParams.keys()].toSorted()).toEqual(['SAMLRequest', 'tenant']);
});

test('an answer to this attempt says who signed in, with all attributes', async () => {
  const { attempt, posting } = await signIn();
  const assertion = await verifyResponse(posting.SAMLResponse, attempt);
  expect(assertion).toEqual({
    id: assertion.id,
    issuer: provider.entityId,
    nameId: 'ada@acme.example',
    expiresAt: assertion.expiresAt,
    attributes: new Map([
      ['groups', ['Platform', 'Everyone']],
      ['firstName', ['Ada']],
      ['lastName', ['Lindqvist']],
    ]),
  });
  expect(decode(posting)).toMatch(new RegExp(`<saml:Assertion [^>]*ID="${assertion.id}"`, 'u'));
  const remaining = assertion.expiresAt.getTime() - attempt.now.getTime();
  expect(remaining).toBeGreaterThan(300_000);
  expect(remaining).toBeLessThanOrEqual(361_000);
});

test('a response that is signed, too, is taken', async () => {
  const { attempt, posting } = await signIn({ signResponse: true });
  expect((await verifyResponse(posting.SAMLResponse, attempt)).nameId).toBe('ada@acme.example');
});

describe('the key', () => {
  test('while the provider changes its certificate both are believed', async () => {
    const next = samlProvider('https://idp.example');
    const both = {
      ...provider,
      signingCertificates: [...next.signingCertificates, ...provider.signingCertificates],
    };
    for (const idp of [provider, next]) {
      const { attempt, posting } = await signIn({}, ada, idp);
      const assertion = await verifyResponse(posting.SAMLResponse, { ...attempt, provider: both });
      expect(assertion.nameId).toBe('ada@acme.example');
    }
  });

  test('a signature by another key is refused, though it brings its own certificate', async () => {
    const { privateKey, certificate } = newSigningKey();
    expect(await refusalOf({ key: privateKey, cert: certificate })).toMatchObject({ fault: 'signature' });
    expect(await refusalOf({ key: privateKey })).toMatchObject({ fault: 'signature' });
  });

  test('an assertion without a signature is refused, also in a signed response', async () => {
    expect(await refusalOf({ signAssertion: false })).toMatchObject({ fault: 'signature' });
    expect(await refusalOf({ signAssertion: false, signResponse: true })).toMatchObject({
      fault: 'signature',
    });
  });

  test('SHA-1 is refused', async () => {
    expect(await refusalOf({ signatureAlgorithm: 'rsa-sha1' })).toMatchObject({ fault: 'unsupported' });
    expect(await refusalOf({ digestAlgorithm: 'sha1' })).toMatchObject({ fault: 'unsupported' });
  });

  test('an encrypted assertion is refused with the advice to switch encryption off', async () => {
    const { privateKey, certificate } = newSigningKey();
    const encryptionPublicKey = createPublicKey(privateKey)
      .export({ type: 'spki', format: 'pem' })
      .toString();
    expect(await refusalOf({ encryptionCert: certificate, encryptionPublicKey })).toEqual({
      fault: 'unsupported',
      message: 'The assertion is encrypted: switch its encryption off at the provider.',
    });
  });
});

describe('whom an assertion is for', () => {
  test.for<{
    what: string;
    deviation: Parameters<SamlProvider['answer']>[2];
    fault: SamlFault;
    says: string;
  }>([
    {
      what: 'another audience',
      deviation: { audience: 'https://other.example' },
      fault: 'misdirected',
      says: 'audience',
    },
    { what: 'no audience', deviation: { audience: '' }, fault: 'misdirected', says: 'audience' },
    {
      what: 'another recipient',
      deviation: { recipient: 'https://other.example/acs' },
      fault: 'misdirected',
      says: 'https://other.example/acs',
    },
    {
      what: 'another destination',
      deviation: { destination: 'https://other.example/acs' },
      fault: 'misdirected',
      says: 'https://other.example/acs',
    },
    {
      what: 'another request',
      deviation: { inResponseTo: '_another' },
      fault: 'misdirected',
      says: 'another attempt',
    },
    {
      what: 'no request, as when signing in begins at the provider',
      deviation: { inResponseTo: '' },
      fault: 'misdirected',
      says: 'begins at Rollcall',
    },
    {
      what: 'another issuer',
      deviation: { issuer: 'https://other.example' },
      fault: 'misdirected',
      says: 'https://other.example',
    },
  ])('an assertion with $what is refused', async ({ deviation, fault, says }) => {
    const refusal = await refusalOf(deviation);
    expect(refusal.fault).toBe(fault);
    expect(refusal.message).toContain(says);
  });

  test('one of several audiences is enough', async () => {
    const { attempt, posting } = await signIn({ audience: ['https://other.example', service.entityId] });
    expect((await verifyResponse(posting.SAMLResponse, attempt)).nameId).toBe('ada@acme.example');
  });

  test('an answer to the attempt of another account is refused', async () => {
    const { attempt, posting } = await signIn();
    const other = {
      entityId: service.entityId.replace('/1/', '/2/'),
      acsUrl: service.acsUrl.replace('/1/', '/2/'),
    };
    expect(await refusal(posting.SAMLResponse, { ...attempt, service: other })).toMatchObject({
      fault: 'misdirected',
    });
  });

  test('that the envelope answers this attempt does not make an assertion of another attempt do so', async () => {
    const { attempt, posting } = await signIn();
    const later = newRequestId();
    const xml = decode(posting).replace(`InResponseTo="${attempt.requestId}"`, `InResponseTo="${later}"`);
    expect(await refusal(encode(xml), { ...attempt, requestId: later })).toEqual({
      fault: 'misdirected',
      message: 'The assertion answers another attempt to sign in. Sign in again.',
    });
  });
});

describe('time', () => {
  test.for([
    { when: 'less than a minute before it is valid', offset: -50_000 },
    { when: 'less than a minute after it ended', offset: 300_000 + 50_000 },
  ])('clocks may differ a little: an assertion that arrives $when is taken', async ({ offset }) => {
    const { attempt, posting } = await signIn();
    const then = { ...attempt, now: new Date(attempt.now.getTime() + offset) };
    expect((await verifyResponse(posting.SAMLResponse, then)).nameId).toBe('ada@acme.example');
  });

  test.for([
    { when: 'earlier than that', offset: -61_000 },
    { when: 'later than that', offset: 300_000 + 61_000 },
  ])('an assertion that arrives $when is refused', async ({ offset }) => {
    const { attempt, posting } = await signIn();
    const then = { ...attempt, now: new Date(attempt.now.getTime() + offset) };
    expect(await refusal(posting.SAMLResponse, then)).toMatchObject({ fault: 'time' });
  });
});

describe('what was altered after it was signed', () => {
  test('a changed name or group is refused', async () => {
    const { attempt, posting } = await signIn();
    for (const [from, to] of [
      ['ada@acme.example', 'eve@acme.example'],
      ['Platform', 'Administrators'],
    ]) {
      const xml = decode(posting).replace(from ?? '', to ?? '');
      expect(await refusal(encode(xml), attempt)).toMatchObject({ fault: 'signature' });
    }
  });

  test('a comment in the name is refused, though it leaves the signature valid', async () => {
    const { attempt, posting } = await signIn({}, { nameId: 'ada@acme.example.evil.example' });
    const xml = decode(posting).replace('ada@acme.example.evil', 'ada@acme.example<!-- -->.evil');
    expect(await refusal(encode(xml), attempt)).toMatchObject({ fault: 'suspicious' });
  });

  test('a CDATA section in the name changes nothing of it', async () => {
    const { attempt, posting } = await signIn({}, { nameId: 'ada@acme.example.evil.example' });
    const xml = decode(posting).replace('ada@acme.example.evil', 'ada@acme.example<![CDATA[.evil]]>');
    expect((await verifyResponse(encode(xml), attempt)).nameId).toBe('ada@acme.example.evil.example');
  });

  test('a processing instruction is refused', async () => {
    const { attempt, posting } = await signIn();
    const xml = decode(posting).replace('<saml:Subject>', '<?x y?><saml:Subject>');
    expect(await refusal(encode(xml), attempt)).toMatchObject({ fault: 'suspicious' });
  });
});

/** The eight places of Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be", 2012. */
describe('signature wrapping', () => {
  test.for<{ place: string; wrap: (parts: Parts) => string }>([
    {
      place: '1: the forged response around the signed one',
      wrap: ({ signed, forged, response }) => response(forged + response(signed)),
    },
    {
      place: '2: the forged response before the signed one',
      wrap: ({ signed, forged, response }) => response(response(signed) + forged),
    },
    {
      place: '3: the forged assertion before the signed one',
      wrap: ({ signed, forged, response }) => response(forged + signed),
    },
    {
      place: '4: the forged assertion around the signed one',
      wrap: ({ signed, forged, response }) =>
        response(forged.replace('</saml:Assertion>', `${signed}</saml:Assertion>`)),
    },
    {
      place: '5: the signed one behind, its signature in the forged one',
      wrap: ({ original, signature, forged, response }) =>
        response(forged.replace('<saml:Subject>', `${signature}<saml:Subject>`) + original),
    },
    {
      place: '6: the signed one inside the signature of the forged one',
      wrap: ({ original, signature, forged, response }) =>
        response(
          forged.replace(
            '<saml:Subject>',
            `${signature.replace('</Signature>', `${original}</Signature>`)}<saml:Subject>`,
          ),
        ),
    },
    {
      place: '7: the signed one in an extension',
      wrap: ({ signed, forged, response }) =>
        response(`<samlp:Extensions>${signed}</samlp:Extensions>${forged}`),
    },
    {
      place: '8: the signed one in an object of the signature',
      wrap: ({ original, signature, forged, response }) =>
        response(
          forged.replace(
            '<saml:Subject>',
            `${signature.replace('</Signature>', `<Object>${original}</Object></Signature>`)}<saml:Subject>`,
          ),
        ),
    },
    {
      place: 'the forged one with the id of the signed one',
      wrap: ({ signed, original, response, id }) => response(forge(original, id) + signed),
    },
    {
      place: 'the signed one hidden as an assertion of no namespace',
      wrap: ({ signed, forged, response }) => response(`<Assertion xmlns="">${signed}</Assertion>${forged}`),
    },
  ])('is refused: $place', async ({ wrap }) => {
    const { attempt, posting } = await signIn();
    const error = await verifyResponse(encode(wrap(partsOf(decode(posting)))), attempt).then(
      ({ nameId }) => `signed in as ${nameId}`,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(SamlError);
  });

  test('the parts themselves are what they claim: put together again they are taken', async () => {
    const { attempt, posting } = await signIn();
    const { signed, response } = partsOf(decode(posting));
    expect((await verifyResponse(encode(response(signed)), attempt)).nameId).toBe('ada@acme.example');
  });
});

describe('what is no answer', () => {
  test('that the provider declined is said in its words', async () => {
    const { attempt } = await signIn();
    const xml =
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" InResponseTo="${attempt.requestId}">` +
      '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder">' +
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:RequestDenied"/></samlp:StatusCode>' +
      '<samlp:StatusMessage>The user is not assigned to this application</samlp:StatusMessage></samlp:Status></samlp:Response>';
    expect(await refusal(encode(xml), attempt)).toEqual({
      fault: 'declined',
      message:
        'The identity provider did not sign you in: RequestDenied, The user is not assigned to this application.',
    });
  });

  test.for<{ what: string; encoded: string; fault: SamlFault }>([
    { what: 'nothing', encoded: '', fault: 'malformed' },
    { what: 'no base64', encoded: '<Response/>', fault: 'malformed' },
    { what: 'no UTF-8', encoded: Buffer.of(0xff, 0xfe, 0x3c, 0x00).toString('base64'), fault: 'malformed' },
    { what: 'no XML', encoded: encode('{"SAMLResponse": true}'), fault: 'malformed' },
    { what: 'an unfinished document', encoded: encode('<a><b></a>'), fault: 'malformed' },
    { what: 'two documents', encoded: encode('<a/><a/>'), fault: 'malformed' },
    { what: 'another document', encoded: encode('<html/>'), fault: 'malformed' },
    {
      what: 'a request',
      encoded: encode('<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>'),
      fault: 'malformed',
    },
    {
      what: 'a document type with an external entity',
      encoded: encode('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'),
      fault: 'suspicious',
    },
    {
      what: 'entities that grow a thousandfold',
      encoded: encode(
        `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${'bcdefghi'.replaceAll(/./gu, (name) => `<!ENTITY ${name} "${`&${String.fromCharCode(name.charCodeAt(0) - 1)};`.repeat(10)}">`)}]><r>&i;</r>`,
      ),
      fault: 'suspicious',
    },
    { what: 'an undeclared entity', encoded: encode('<r>&x;</r>'), fault: 'malformed' },
  ])('$what is refused', async ({ encoded, fault }) => {
    const { attempt } = await signIn();
    expect(await refusal(encoded, attempt)).toMatchObject({ fault });
  });

  test('a huge response is refused before it is decoded', async () => {
    const { attempt } = await signIn();
    expect(await refusal('A'.repeat(MOST_RESPONSE_CHARACTERS + 4), attempt)).toEqual({
      fault: 'suspicious',
      message: `The response has more than ${MOST_RESPONSE_CHARACTERS} characters.`,
    });
  });
});

describe('shapes that are hard to read take no time', () => {
  const size = Math.floor((MOST_RESPONSE_CHARACTERS * 3) / 4) - 100;
  const fill = (part: string, share = 1): string => part.repeat(Math.floor((size * share) / part.length));

  test.for([
    { shape: 'deep nesting', xml: `${fill('<a>', 3 / 7)}${fill('</a>', 4 / 7)}` },
    { shape: 'many elements', xml: `<a>${fill('<b/>')}</a>` },
    { shape: 'many attributes', xml: `<a ${numbered((number) => `a${number}="" `, 30_000)}/>` },
    {
      shape: 'many long tags',
      xml: `<r>${fill(`<a ${numbered((number) => `a${number}="" `, 800)}/>`, 0.99)}</r>`,
    },
    {
      shape: 'nested namespaces',
      xml: `${numbered((number) => `<b xmlns:n${number}="u">`, 12_000)}${'</b>'.repeat(12_000)}`,
    },
    { shape: 'tags in quotation marks', xml: fill('<a b="<') },
    { shape: 'opening brackets alone', xml: fill('<') },
    { shape: 'blanks in a tag', xml: `<a${fill(' ')}>` },
    { shape: 'entities', xml: `<a>${fill('&amp;')}</a>` },
    { shape: 'comments that do not end', xml: `<a>${fill('<!--')}` },
    { shape: 'closing tags alone', xml: fill('</a>') },
  ])('$shape', async ({ xml }) => {
    const { attempt } = await signIn();
    const begun = performance.now();
    await expect(verifyResponse(encode(xml), attempt)).rejects.toBeInstanceOf(SamlError);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});

function numbered(part: (number: number) => string, length: number): string {
  return Array.from({ length }, (_, number) => part(number)).join('');
}

interface Parts {
  /** The assertion as it came, and the same without its signature. */
  signed: string;
  original: string;
  signature: string;
  id: string;
  /** Another person's, unsigned, with an id of its own. */
  forged: string;
  /** An envelope for this attempt. */
  response: (content: string) => string;
}

function partsOf(xml: string): Parts {
  const signed = /<saml:Assertion.*<\/saml:Assertion>/su.exec(xml)?.[0] ?? '';
  const signature = /<Signature.*<\/Signature>/su.exec(signed)?.[0] ?? '';
  const id = /ID="([^"]+)"/u.exec(signed)?.[1] ?? '';
  const original = signed.replace(signature, '');
  const [head = '', tail = ''] = xml.split(signed);
  if (signature === '' || id === '' || tail === '')
    throw new Error('the response has another form than expected');
  return {
    signed,
    signature,
    id,
    original,
    forged: forge(original, '_forged'),
    response: (content) => head + content + tail,
  };
}

function forge(original: string, id: string): string {
  return original.replace(/ID="[^"]+"/u, `ID="${id}"`).replace('ada@acme.example', 'eve@acme.example');
}

async function signIn(
  deviations: Parameters<SamlProvider['answer']>[2] = {},
  person = ada,
  idp = provider,
): Promise<{ attempt: Attempt; posting: Awaited<ReturnType<SamlProvider['answer']>> }> {
  const requestId = newRequestId();
  const url = await signInUrl(service, idp, requestId);
  const posting = await idp.answer(url, person, deviations);
  return { attempt: { service, provider: idp, requestId, now: new Date() }, posting };
}

interface Refusal {
  fault: SamlFault;
  message: string;
}

async function refusalOf(deviations: Parameters<SamlProvider['answer']>[2]): Promise<Refusal> {
  const { attempt, posting } = await signIn(deviations);
  return refusal(posting.SAMLResponse, attempt);
}

async function refusal(encoded: string, attempt: Attempt): Promise<Refusal> {
  try {
    const { nameId } = await verifyResponse(encoded, attempt);
    throw new Error(`signed in as ${nameId}`);
  } catch (error) {
    if (!(error instanceof SamlError)) throw error;
    return { fault: error.fault, message: error.message };
  }
}
