/** The names of this installation as one account's SAML service provider: each account has its own. */
export interface SamlService {
  /** The entity id is where the metadata can be read (SAML metadata 4.1). */
  readonly entityId: string;
  readonly acsUrl: string;
}

/** `publicUrl` is that of the admin API, without a slash at its end. */
export function samlService(publicUrl: string, accountId: string): SamlService {
  const base = `${publicUrl}/sign-in/saml/${accountId}`;
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs` };
}
