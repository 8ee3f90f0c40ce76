import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import type { OidcProvider, SamlProvider, SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { type ProviderWarning, providerWarnings } from '@rollcall/domain/sso/provider-warnings';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import { samlService } from '@rollcall/service-kit/saml-service';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';
import { ProviderKindEnum } from '../enums.ts';

const WarningCodeEnum = builder.enumType('SsoProviderWarningCode', {
  description: 'What should not stay as it is.',
  values: {
    PUBLIC_URL_NOT_HTTPS: {
      value: 'public_url_not_https',
      description: 'People reach this installation over plain http.',
    },
    PROVIDER_URL_NOT_HTTPS: {
      value: 'provider_url_not_https',
      description: 'The provider is reached over plain http.',
    },
  } as const,
});

const SsoProviderWarningRef = builder.objectRef<ProviderWarning>('SsoProviderWarning').implement({
  description: 'What works for now and should not stay so.',
  fields: (t) => ({
    code: t.expose('code', { type: WarningCodeEnum, description: 'Which it is, for programs.' }),
    text: t.exposeString('text', { description: 'What is the matter, and who changes it.' }),
  }),
});

/** Where people of the account sign in, whatever it speaks. */
export const SsoProviderRef = builder.interfaceRef<SsoProvider>('SsoProvider').implement({
  description: 'Where the people of the account sign in. Its secret is never shown.',
  authScopes: { right: 'settings:read' },
  resolveType: ({ protocol }) => (protocol === 'oidc' ? 'OpenIdConnectProvider' : 'SamlProvider'),
  fields: (t) => ({
    kind: t.expose('kind', {
      type: ProviderKindEnum,
      nullable: true,
      description: 'Which provider it is. It decides which claim holds the address.',
    }),
    groupsClaim: t.exposeString('groupsClaim', {
      description: 'The claim, or SAML attribute, with the groups of a person.',
    }),
    warnings: t.field({
      type: [SsoProviderWarningRef],
      description: 'Plain http on either side of a sign-in. On the loopback it will do for development.',
      resolve: (provider, _args, { settings }) => [...providerWarnings(provider, settings.publicAdminUrl)],
    }),
    version: t.exposeInt('version', { description: 'For `expectedVersion` of a change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was connected.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    testedAt: t.expose('testedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last passed its test in its present form; null for never.',
    }),
  }),
});

builder.objectType(builder.objectRef<OidcProvider>('OpenIdConnectProvider'), {
  name: 'OpenIdConnectProvider',
  description: 'A provider that speaks OpenID Connect.',
  interfaces: [SsoProviderRef],
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'As the provider names itself.' }),
    clientId: t.exposeString('clientId', { description: 'What the provider calls this application by.' }),
    clientSecretSetAt: t.expose('clientSecretSetAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the client secret was set, which itself is never shown; null where the client has none.',
    }),
    redirectUri: t.string({
      description: 'To be registered at the provider, exactly as it is: where people come back to.',
      resolve: (_provider, _args, { settings }) => signInCallbackUrl(settings.publicAdminUrl),
    }),
  }),
});

builder.objectType(builder.objectRef<SamlProvider>('SamlProvider'), {
  name: 'SamlProvider',
  description: 'A provider that speaks SAML 2.0.',
  interfaces: [SsoProviderRef],
  fields: (t) => ({
    entityId: t.exposeString('issuer', { description: 'As the provider names itself.' }),
    signOnUrl: t.exposeString('signOnUrl', { description: 'Where people are sent to sign in.' }),
    signingCertificates: t.field({
      type: ['String'],
      description: 'What the provider signs with, as PEM. Several while it changes its key.',
      resolve: ({ signingCertificates }) => [...signingCertificates],
    }),
  }),
});

const SignInRegistrationRef = builder
  .objectRef<{ publicAdminUrl: string; accountId: string }>('SignInRegistration')
  .implement({
    description: 'What is to be entered at the provider, before or after it is connected here.',
    fields: (t) => ({
      redirectUri: t.string({
        description: 'OpenID Connect: the redirect URI.',
        resolve: ({ publicAdminUrl }) => signInCallbackUrl(publicAdminUrl),
      }),
      samlEntityId: t.string({
        description: 'SAML: the entity id of this account (audience). Its metadata can be read there.',
        resolve: ({ publicAdminUrl, accountId }) => samlService(publicAdminUrl, accountId).entityId,
      }),
      samlAcsUrl: t.string({
        description: 'SAML: the assertion consumer service (single sign-on URL, reply URL).',
        resolve: ({ publicAdminUrl, accountId }) => samlService(publicAdminUrl, accountId).acsUrl,
      }),
    }),
  });

builder.objectFields(AccountRef, (t) => ({
  ssoProvider: t.field({
    type: SsoProviderRef,
    nullable: true,
    description: 'The sign-on provider that is connected; null for none.',
    authScopes: { right: 'settings:read' },
    resolve: async (_account, _args, { read, accountId }) =>
      (await read((db) => findSsoProvider(db, accountId))) ?? null,
  }),
  signInRegistration: t.field({
    type: SignInRegistrationRef,
    nullable: true,
    description: 'What is to be entered at the sign-on provider.',
    authScopes: { right: 'settings:read' },
    resolve: (_account, _args, { settings, accountId }) => ({
      publicAdminUrl: settings.publicAdminUrl,
      accountId,
    }),
  }),
}));
