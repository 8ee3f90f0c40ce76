import * as openid from 'openid-client';
import { explained, OidcError } from './oidc-error.ts';
import { providerFetch, type ProviderReach } from './provider-fetch.ts';

/** This application at an account's provider. */
export interface OidcClientSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | null;
}

/** A provider whose configuration document was read, and how to speak to it. */
export interface ConnectedProvider {
  readonly settings: OidcClientSettings;
  readonly configuration: openid.Configuration;
  /** The same with the other way to send the secret, where the provider takes both: some take only one for a client. */
  readonly fallback: openid.Configuration | undefined;
}

const TIMEOUT_S = 8;
const CLOCK_TOLERANCE_S = 60;

/** Reads the provider's configuration document. Throws OidcError. */
export async function connectProvider(
  settings: OidcClientSettings,
  reach: ProviderReach,
): Promise<ConnectedProvider> {
  try {
    const discovered = await openid.discovery(
      new URL(settings.issuer),
      settings.clientId,
      {},
      openid.None(),
      {
        [openid.customFetch]: providerFetch(reach),
        timeout: TIMEOUT_S,
        execute: reach === 'insecure' ? [openid.allowInsecureRequests] : [],
      },
    );
    const metadata = discovered.serverMetadata();
    const [first, second] = clientAuthentications(settings, metadata);
    return {
      settings,
      configuration: configured(settings, reach, metadata, first),
      fallback: second && configured(settings, reach, metadata, second),
    };
  } catch (error) {
    throw explained(error, 'reading its configuration document');
  }
}

function configured(
  { clientId }: OidcClientSettings,
  reach: ProviderReach,
  metadata: openid.ServerMetadata,
  authentication: openid.ClientAuth,
): openid.Configuration {
  const client = { [openid.clockTolerance]: CLOCK_TOLERANCE_S };
  const configuration = new openid.Configuration(metadata, clientId, client, authentication);
  configuration[openid.customFetch] = providerFetch(reach);
  configuration.timeout = TIMEOUT_S;
  if (reach === 'insecure') openid.allowInsecureRequests(configuration);
  // Not only the transport vouches for the token but its signature, too.
  openid.enableNonRepudiationChecks(configuration);
  return configuration;
}

function clientAuthentications(
  { clientSecret }: OidcClientSettings,
  metadata: openid.ServerMetadata,
): [openid.ClientAuth, openid.ClientAuth | undefined] {
  if (clientSecret === null) return [openid.None(), undefined];
  // Left out, it means client_secret_basic (OpenID Connect Discovery 3).
  const supported = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const ways = [
    ...(supported.includes('client_secret_post') ? [openid.ClientSecretPost(clientSecret)] : []),
    ...(supported.includes('client_secret_basic') ? [openid.ClientSecretBasic(clientSecret)] : []),
  ];
  const [first, second] = ways;
  if (first !== undefined) return [first, second];
  throw new OidcError(
    'misconfigured',
    `The provider takes client authentication by ${supported.join(', ')} alone. It must take client_secret_basic or client_secret_post.`,
  );
}
