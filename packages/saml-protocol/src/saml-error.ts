/** Why a document of the identity provider is not believed. */
export type SamlFault =
  /** No SAML at all, or not in the form that SAML has. */
  | 'malformed'
  /** What nobody needs who means well: a document type, a comment, a second assertion. */
  | 'suspicious'
  /** The provider says that it did not sign the person in. */
  | 'declined'
  /** Something that SAML has and this service does not take, such as encryption. */
  | 'unsupported'
  /** Not signed, signed by another key, or altered. */
  | 'signature'
  /** Meant for somebody else, or for another attempt to sign in. */
  | 'misdirected'
  /** Not yet valid, or not any more. */
  | 'time';

/** The message says what is wrong and what the administrator of the provider can do about it; nothing in it is secret. */
export class SamlError extends Error {
  override readonly name = 'SamlError';
  readonly fault: SamlFault;

  constructor(fault: SamlFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
