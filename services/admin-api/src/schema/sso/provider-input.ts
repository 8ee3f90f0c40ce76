import { InvalidInputError } from '@rollcall/domain/errors';
import type { SsoProviderInput } from '@rollcall/domain/sso/sso-provider';
import { readProviderMetadata } from '@rollcall/saml-protocol/provider-metadata';
import { SamlError } from '@rollcall/saml-protocol/saml-error';
import { builder } from '../../graphql/builder.ts';

export const OpenIdConnectProviderInput = builder.inputType('OpenIdConnectProviderInput', {
  description: 'This application at a provider that speaks OpenID Connect.',
  fields: (t) => ({
    issuer: t.string({
      required: true,
      description:
        'As the provider names itself: `https://acme.okta.com`. Of Entra ID that of the own tenant.',
    }),
    clientId: t.string({ required: true, description: 'What the provider calls this application by.' }),
    clientSecret: t.string({
      description: 'Left out, it stays as it is; null: the client has none. It is never shown again.',
    }),
  }),
});

export const SamlProviderInput = builder.inputType('SamlProviderInput', {
  description: 'A provider that speaks SAML 2.0.',
  fields: (t) => ({
    entityId: t.string({ required: true, description: 'As the provider names itself.' }),
    signOnUrl: t.string({ required: true, description: 'Where people are sent to sign in.' }),
    signingCertificates: t.stringList({
      required: true,
      description: 'What the provider signs with: PEM, or what stands between its lines. Up to 10.',
    }),
  }),
});

interface Given {
  openIdConnect?: typeof OpenIdConnectProviderInput.$inferInput | null | undefined;
  saml?: typeof SamlProviderInput.$inferInput | null | undefined;
  samlMetadata?: string | null | undefined;
}

/**
 * What is asked for, in the domain's words, and the path of its fields in the input. Throws InvalidInputError unless exactly
 * one of the three is given, and for metadata that cannot be read.
 */
export function providerInput(given: Given, now: Date): { input: SsoProviderInput; path: string } {
  const { openIdConnect, saml, samlMetadata } = given;
  const ways = [openIdConnect, saml, samlMetadata].filter((way) => way !== undefined && way !== null);
  if (ways.length !== 1) {
    throw new InvalidInputError('Give exactly one of openIdConnect, saml and samlMetadata.');
  }
  if (openIdConnect) return { input: { protocol: 'oidc', ...openIdConnect }, path: 'openIdConnect' };
  if (saml) {
    const { entityId, ...rest } = saml;
    return { input: { protocol: 'saml', issuer: entityId, ...rest }, path: 'saml' };
  }
  const { entityId, ...rest } = readMetadata(samlMetadata ?? '', now);
  return { input: { protocol: 'saml', issuer: entityId, ...rest }, path: 'samlMetadata' };
}

function readMetadata(text: string, now: Date) {
  try {
    return readProviderMetadata(text, now);
  } catch (cause) {
    if (cause instanceof SamlError) throw new InvalidInputError(cause.message, 'samlMetadata', { cause });
    throw cause;
  }
}

/** The same failure, at the place in the input of which the domain knows nothing. */
export function atPath(error: unknown, path: string): unknown {
  if (!(error instanceof InvalidInputError) || error.path === undefined) return error;
  if (error.path === 'groupsClaim') return error;
  if (path === 'samlMetadata') return new InvalidInputError(error.message, path, { cause: error });
  const field = path === 'saml' && error.path === 'issuer' ? 'entityId' : error.path;
  return new InvalidInputError(error.message, `${path}.${field}`, { cause: error });
}
