import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import { noteProviderTest, removeSsoProvider, setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import { builder } from '../../graphql/builder.ts';
import { NotFound, Refused, VersionMismatch } from '../../graphql/user-errors.ts';
import { type ProviderTest, tryProvider } from '../../sign-in/try-provider.ts';
import { AccountRef, readAccount } from '../account/account.ts';
import { ProviderKindEnum } from '../enums.ts';
import { atPath, OpenIdConnectProviderInput, providerInput, SamlProviderInput } from './provider-input.ts';
import { SsoProviderRef } from './sso-provider.ts';

const EXPECTED_VERSION =
  'Refuses the change when the provider is at another version by now; 0 stands for none.';

builder.relayMutationField(
  'ssoProviderSet',
  {
    description: 'A sign-on provider: exactly one of `openIdConnect`, `saml` and `samlMetadata`.',
    inputFields: (t) => ({
      kind: t.field({
        type: ProviderKindEnum,
        description: 'Which provider it is; it decides which claim holds the address. Left out, it stays.',
      }),
      openIdConnect: t.field({
        type: OpenIdConnectProviderInput,
        description: 'A provider that speaks OpenID Connect.',
      }),
      saml: t.field({ type: SamlProviderInput, description: 'A provider that speaks SAML 2.0.' }),
      samlMetadata: t.string({ description: 'The same by the document that the provider publishes (XML).' }),
      groupsClaim: t.string({
        description:
          'The claim, or SAML attribute, with the groups of a person. Left out, the usual one of the provider.',
      }),
      expectedVersion: t.int({ description: EXPECTED_VERSION }),
    }),
  },
  {
    description:
      'Connects the sign-on provider, or changes it. Another issuer knows other people: it signs out everybody who came in by the one before, and forgets who they were there.',
    authScopes: { right: 'settings:write' },
    errors: { types: [VersionMismatch] },
    resolve: (_root, { input: given }, { write, caller, accountId, settings, now }) =>
      write(async (trx) => {
        const { input, path } = providerInput(given, now);
        const { kind, groupsClaim, expectedVersion } = given;
        const surroundings = { secrets: settings.secrets, allowHttp: settings.providerReach === 'insecure' };
        const choices = { kind: kind ?? undefined, groupsClaim: groupsClaim ?? undefined };
        const provider = await setSsoProvider(
          trx,
          surroundings,
          caller,
          accountId,
          { ...input, ...choices },
          now,
          conditionOf(expectedVersion),
        ).catch((error: unknown) => {
          throw atPath(error, path);
        });
        return { provider };
      }),
  },
  {
    description: 'The provider is connected.',
    outputFields: (t) => ({
      ssoProvider: t.field({
        type: SsoProviderRef,
        description: 'The provider.',
        resolve: ({ provider }) => provider,
      }),
    }),
  },
);

const CheckOutcomeEnum = builder.enumType('ProviderCheckOutcome', {
  description: 'What came of one thing that was tried.',
  values: {
    PASSED: { value: 'passed', description: 'It is as it should be.' },
    WARNED: { value: 'warned', description: 'It may be a fault, or become one.' },
    FAILED: { value: 'failed', description: 'Nobody can sign in like that.' },
  } as const,
});

const ProviderCheckRef = builder.objectRef<ProviderTest['checks'][number]>('ProviderCheck').implement({
  description: 'One thing that was tried of a sign-on provider.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: CheckOutcomeEnum, description: 'What came of it.' }),
    text: t.exposeString('text', { description: 'What was found, and what to do about it.' }),
  }),
});

builder.relayMutationField(
  'ssoProviderTest',
  {
    description: 'The connected provider.',
    inputFields: (t) => ({
      expectedVersion: t.int({ description: EXPECTED_VERSION }),
    }),
  },
  {
    description:
      'Tries what can be tried of the connected provider without a person, and notes when everything passed.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound, VersionMismatch, Refused] },
    resolve: async (_root, { input }, context) => {
      const { read, write, caller, accountId, now } = context;
      const provider = await read((db) => findSsoProvider(db, accountId));
      const test = provider && (await read(() => tryProvider(context, provider, now)));
      if (provider === undefined || test === undefined) throw new NotFound('No provider is connected.');
      const { expectedVersion } = input;
      if (typeof expectedVersion === 'number' && expectedVersion !== provider.version) {
        throw new VersionMismatch(`The provider is at version ${provider.version}.`);
      }
      if (test.passed) await write((trx) => noteProviderTest(trx, caller, accountId, provider.version, now));
      return { test, provider: { ...provider, testedAt: test.passed ? now : provider.testedAt } };
    },
  },
  {
    description: 'The provider was tried.',
    outputFields: (t) => ({
      passed: t.boolean({ description: 'Whether nothing failed.', resolve: ({ test }) => test.passed }),
      checks: t.field({
        type: [ProviderCheckRef],
        description: 'What was tried, in its order.',
        resolve: ({ test }) => [...test.checks],
      }),
      ssoProvider: t.field({
        type: SsoProviderRef,
        description: 'The provider.',
        resolve: ({ provider }) => provider,
      }),
    }),
  },
);

builder.relayMutationField(
  'ssoProviderRemove',
  {
    description: 'The connected provider.',
    inputFields: (t) => ({ expectedVersion: t.int({ description: EXPECTED_VERSION }) }),
  },
  {
    description:
      'Disconnects the sign-on provider: whoever came in by it is signed out, and nobody signs in until another is connected. Doing it again changes nothing.',
    authScopes: { right: 'settings:write' },
    errors: { types: [VersionMismatch] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => {
        await removeSsoProvider(trx, caller, accountId, now, conditionOf(input.expectedVersion));
        return {};
      }),
  },
  {
    description: 'No provider is connected.',
    outputFields: (t) => ({
      account: t.field({
        type: AccountRef,
        description: 'The account.',
        resolve: (_payload, _args, context) => readAccount(context),
      }),
    }),
  },
);

function conditionOf(expectedVersion: number | null | undefined) {
  return { oneOf: typeof expectedVersion === 'number' ? [expectedVersion] : undefined };
}
