/** This service, as one account's identity provider knows it. */
export interface ServiceProvider {
  readonly entityId: string;
  /** Where the browser brings the response: the assertion consumer service. */
  readonly acsUrl: string;
}

export interface IdentityProvider {
  readonly entityId: string;
  /** Where the browser takes the request, by the redirect binding. */
  readonly signOnUrl: string;
  /** PEM. Several while the provider changes its key: each of them is believed. */
  readonly signingCertificates: readonly string[];
}
