import type { IdentityProvider } from '../src/parties.ts';
import { type AuthnRequest, type ResponseOptions, samlp } from './samlp.mjs';
import { newSigningKey, type SigningKey } from './signing-key.ts';

export interface PersonAtProvider {
  readonly nameId: string;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
}

/** What the browser is given to post. */
export interface Posting {
  readonly acsUrl: string;
  readonly SAMLResponse: string;
}

/** An identity provider that shares no code with ours: samlp, with its own XML and signature libraries. */
export interface SamlProvider extends IdentityProvider {
  readonly signingKey: SigningKey;
  /** What it publishes of itself. */
  readonly metadata: string;
  /** The answer to a browser that arrives with a request; `deviations` make it a wrong one. */
  answer(
    signInUrl: string,
    person: PersonAtProvider,
    deviations?: Partial<ResponseOptions>,
  ): Promise<Posting>;
}

const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

export function samlProvider(origin: string, signingKey: SigningKey = newSigningKey()): SamlProvider {
  const entityId = `${origin}/entity`;
  return {
    entityId,
    signOnUrl: `${origin}/sso`,
    signingCertificates: [signingKey.certificate],
    signingKey,
    metadata: metadataOf(origin, entityId, signingKey),
    async answer(signInUrl, person, deviations = {}) {
      const query = Object.fromEntries(new URL(signInUrl).searchParams);
      const request = await readRequest(query);
      const acsUrl = request.assertionConsumerServiceURL ?? '';
      const response = await respond(person, {
        issuer: entityId,
        cert: signingKey.certificate,
        key: signingKey.privateKey,
        audience: request.issuer,
        recipient: acsUrl,
        destination: acsUrl,
        inResponseTo: request.id,
        lifetimeInSeconds: 300,
        signatureAlgorithm: 'rsa-sha256',
        digestAlgorithm: 'sha256',
        ...deviations,
      });
      return { acsUrl, SAMLResponse: encode(response) };
    },
  };
}

export function readRequest(query: Readonly<Record<string, string>>): Promise<AuthnRequest> {
  return new Promise((done, fail) => {
    samlp.parseRequest({ query }, (error, request) => {
      if (request === undefined) fail(error ?? new Error('no SAML request'));
      else done(request);
    });
  });
}

export function encode(xml: string): string {
  return Buffer.from(xml).toString('base64');
}

export function decode(posting: Posting): string {
  return Buffer.from(posting.SAMLResponse, 'base64').toString('utf8');
}

function respond({ nameId, attributes = {} }: PersonAtProvider, options: ResponseOptions): Promise<string> {
  const profileMapper: ResponseOptions['profileMapper'] = () => ({
    getClaims: () => attributes,
    getNameIdentifier: () => ({ nameIdentifier: nameId, nameIdentifierFormat: EMAIL_FORMAT }),
  });
  return new Promise((done, fail) => {
    samlp.getSamlResponse({ ...options, profileMapper }, {}, (error, response) => {
      if (error === null) done(response);
      else fail(error);
    });
  });
}

function metadataOf(origin: string, issuer: string, { certificate }: SigningKey): string {
  let metadata = '';
  const { protocol, host } = new URL(origin);
  samlp.metadata({ issuer, cert: certificate, redirectEndpointPath: '/sso', postEndpointPath: '/sso' })(
    { originalUrl: '/metadata', protocol: protocol.slice(0, -1), headers: { host } },
    { set: () => undefined, send: (body) => (metadata = body) },
  );
  return metadata;
}
