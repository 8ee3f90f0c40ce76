import type { VariablesOf } from 'gql.tada';
import { graphql } from '../../../api/graphql.ts';
import { words } from '../../../words/sign-on.ts';
import type { providerKinds } from '../../../words/states.ts';
import { NO_PROVIDER, type Provider } from './provider.ts';

export const SET = graphql(`
  mutation SignOnProviderSet($input: SsoProviderSetInput!) {
    ssoProviderSet(input: $input) {
      ... on SsoProviderSetPayload {
        ssoProvider {
          version
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

type SetInput = VariablesOf<typeof SET>['input'];
export type Protocol = keyof typeof words.form.protocols;
export type Kind = keyof typeof providerKinds;

/** What stands in the form, whatever the protocol. */
export interface ProviderDraft {
  readonly protocol: Protocol;
  readonly kind: Kind | null;
  readonly issuer: string;
  readonly clientId: string;
  /** Empty: as it is. */
  readonly secret: string;
  readonly hasNoSecret: boolean;
  readonly metadata: string;
  readonly entityId: string;
  readonly signOnUrl: string;
  readonly certificates: string;
  readonly groupsClaim: string;
}

export function draftOf(provider: Provider | undefined): ProviderDraft {
  const isSaml = provider?.__typename === 'SamlProvider';
  const isOidc = provider?.__typename === 'OpenIdConnectProvider';
  return {
    protocol: isSaml ? 'saml' : 'oidc',
    kind: provider?.kind ?? null,
    issuer: isOidc ? provider.issuer : '',
    clientId: isOidc ? provider.clientId : '',
    secret: '',
    hasNoSecret: isOidc && provider.clientSecretSetAt === null,
    metadata: '',
    entityId: isSaml ? provider.entityId : '',
    signOnUrl: isSaml ? provider.signOnUrl : '',
    certificates: isSaml ? provider.signingCertificates.join('\n') : '',
    groupsClaim: provider?.groupsClaim ?? '',
  };
}

export function inputOf(draft: ProviderDraft, provider: Provider | undefined): SetInput {
  const { kind, groupsClaim } = draft;
  return {
    expectedVersion: provider?.version ?? NO_PROVIDER,
    ...(kind !== null && { kind }),
    ...(groupsClaim.trim() !== '' && { groupsClaim }),
    ...wayOf(draft),
  };
}

function wayOf(draft: ProviderDraft): Partial<SetInput> {
  const { issuer, clientId, secret, hasNoSecret, metadata, entityId, signOnUrl, certificates } = draft;
  switch (draft.protocol) {
    case 'oidc': {
      const clientSecret = hasNoSecret ? null : secret;
      return { openIdConnect: { issuer, clientId, ...(clientSecret !== '' && { clientSecret }) } };
    }
    case 'samlMetadata':
      return { samlMetadata: metadata };
    case 'saml':
      return { saml: { entityId, signOnUrl, signingCertificates: splitPem(certificates) } };
  }
}

/** Certificates that were pasted one after another; without their lines, all of it is one. */
function splitPem(text: string): string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu);
  return found === null ? [text] : [...found];
}

export function isProtocol(value: string): value is Protocol {
  return Object.hasOwn(words.form.protocols, value);
}
