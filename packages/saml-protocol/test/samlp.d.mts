/** The library comes without types; these are of what the tests use. */
export interface ResponseOptions {
  issuer: string;
  cert: string;
  key: string;
  audience?: string | readonly string[] | undefined;
  recipient?: string | undefined;
  destination?: string | undefined;
  inResponseTo?: string | undefined;
  lifetimeInSeconds?: number;
  signAssertion?: boolean;
  signResponse?: boolean;
  signatureAlgorithm?: 'rsa-sha1' | 'rsa-sha256';
  digestAlgorithm?: 'sha1' | 'sha256';
  encryptionCert?: string;
  encryptionPublicKey?: string;
  profileMapper?: () => {
    getClaims(): Readonly<Record<string, string | readonly string[]>>;
    getNameIdentifier(): { nameIdentifier: string; nameIdentifierFormat: string };
  };
}

export interface AuthnRequest {
  id: string;
  issuer: string;
  destination?: string;
  assertionConsumerServiceURL?: string;
}

interface MetadataOptions {
  issuer: string;
  cert: string;
  redirectEndpointPath: string;
  postEndpointPath: string;
}

export const samlp: {
  parseRequest(
    request: { query: Readonly<Record<string, string>> },
    done: (error: Error | null, request?: AuthnRequest) => void,
  ): void;
  getSamlResponse(
    options: ResponseOptions,
    user: unknown,
    done: (error: Error | null, response: string) => void,
  ): void;
  metadata(
    options: MetadataOptions,
  ): (
    request: { originalUrl: string; protocol: string; headers: Readonly<Record<string, string>> },
    response: { set(name: string, value: string): void; send(body: string): void },
  ) => void;
};
