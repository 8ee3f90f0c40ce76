import * as openid from 'openid-client';

/** Why a sign-in, or a test of a provider, did not go through. */
export type OidcFault =
  /** The provider does not answer, or not as a provider does. */
  | 'unreachable'
  /** It answers, and is not what the account's settings say. */
  | 'misconfigured'
  /** The provider does not know this client, or not by that secret. */
  | 'client_refused'
  /** The provider says that it did not sign the person in. */
  | 'declined'
  /** The answer is not the one to this attempt, came too late, or is not signed by the provider. */
  | 'not_believed';

/** The message says what is wrong and what an administrator can do about it; nothing in it is secret. */
export class OidcError extends Error {
  override readonly name = 'OidcError';
  readonly fault: OidcFault;

  constructor(fault: OidcFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/** What openid-client says, in words. `doing` completes "While …", for what nobody foresaw. */
export function explained(error: unknown, doing: string): OidcError {
  if (error instanceof OidcError) return error;
  if (error instanceof openid.AuthorizationResponseError) return declined(error);
  if (isClientRefusal(error)) return clientRefused(error);
  if (error instanceof openid.ResponseBodyError) return codeRefused(error);
  const code = codeOf(error);
  const known = code === undefined ? undefined : KNOWN[code];
  if (known !== undefined) return new OidcError(known.fault, known.message, { cause: error });
  return new OidcError('unreachable', `The provider could not be used while ${doing}: ${reasonOf(error)}.`, {
    cause: error,
  });
}

function declined(error: openid.AuthorizationResponseError): OidcError {
  const said = shown(error.error_description ?? error.error);
  if (error.error === 'access_denied') {
    return new OidcError(
      'declined',
      `The provider did not let you in (${said}). If you should have access, ask its administrator to assign you to this application.`,
      { cause: error },
    );
  }
  return new OidcError('declined', `The provider ended the sign-in: ${said}.`, { cause: error });
}

/** Whether the token endpoint does not know the client, or not by that secret (RFC 6749 5.2). */
export function isClientRefusal(error: unknown): error is Error {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true;
  return error instanceof openid.ResponseBodyError && CLIENT_ERRORS.has(error.error);
}

function clientRefused(error: Error): OidcError {
  const said =
    error instanceof openid.ResponseBodyError
      ? shown(error.error_description ?? error.error)
      : 'HTTP status 401';
  return new OidcError(
    'client_refused',
    `The provider refuses the client (${said}). Check the client id, enter the client secret again (it may have run out), and see that the authorization code flow is on for the application.`,
    { cause: error },
  );
}

function codeRefused(error: openid.ResponseBodyError): OidcError {
  const said = shown(error.error_description ?? error.error);
  return new OidcError(
    'not_believed',
    `The provider did not take the code: ${said}. Sign in again; if it fails again, check that the redirect URI is registered exactly as shown.`,
    { cause: error },
  );
}

const NOT_BELIEVED = 'Begin the sign-in again; if it fails again, tell an administrator.';

const KNOWN: Record<string, { fault: OidcFault; message: string }> = {
  OAUTH_TIMEOUT: { fault: 'unreachable', message: 'The provider did not answer in time.' },
  OAUTH_RESPONSE_IS_NOT_JSON: {
    fault: 'unreachable',
    message:
      'The provider answered with something other than JSON, as pages for people do. Check that the issuer is the one that the provider names.',
  },
  OAUTH_PARSE_ERROR: {
    fault: 'unreachable',
    message: 'The provider answered with JSON that cannot be read.',
  },
  OAUTH_HTTP_REQUEST_FORBIDDEN: {
    fault: 'misconfigured',
    message: 'The provider is, or leads to, an http address. Only https is used.',
  },
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: {
    fault: 'misconfigured',
    message:
      'The provider calls itself by another issuer than the one that is set. Set the issuer exactly as its configuration document names it.',
  },
  OAUTH_MISSING_SERVER_METADATA: {
    fault: 'misconfigured',
    message: "The provider's configuration document lacks what a sign-in needs.",
  },
  OAUTH_INVALID_SERVER_METADATA: {
    fault: 'misconfigured',
    message: "The provider's configuration document holds something that cannot be used.",
  },
  OAUTH_RESPONSE_IS_NOT_CONFORM: {
    fault: 'unreachable',
    message:
      'The provider answered with an HTTP status that does not belong there. Check that the issuer is right: its configuration document is at the issuer followed by /.well-known/openid-configuration.',
  },
  OAUTH_INVALID_RESPONSE: {
    fault: 'not_believed',
    message: `The answer does not belong to the sign-in that was begun here. ${NOT_BELIEVED}`,
  },
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: {
    fault: 'not_believed',
    message: `The provider's token is for another sign-in or another application. ${NOT_BELIEVED}`,
  },
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: {
    fault: 'not_believed',
    message: `The provider's token is not valid at this time: the clocks of the provider and of this server may differ. ${NOT_BELIEVED}`,
  },
  OAUTH_KEY_SELECTION_FAILED: {
    fault: 'not_believed',
    message: `The provider's token is signed with a key that it does not publish. ${NOT_BELIEVED}`,
  },
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const NETWORK: Record<string, string> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it ended the connection',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function reasonOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const code = codeOf(inner);
    const reason = code === undefined ? undefined : NETWORK[code];
    if (reason !== undefined) return reason;
  }
  return error instanceof Error ? shown(error.message) : 'for no reason that is known';
}

/** What a stranger wrote: one line, and not a long one. */
function shown(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .slice(0, 300)
    .trim()
    .replace(/\.+$/u, '');
}
