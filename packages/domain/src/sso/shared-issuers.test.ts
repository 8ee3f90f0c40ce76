import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSharedIssuer } from './shared-issuers.ts';

describe('issuers that serve several tenants', () => {
  test.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/common',
    'https://login.microsoftonline.com/organizations/v2.0',
    'https://login.microsoftonline.com/Organizations/v2.0',
    'https://login.microsoftonline.com/consumers/v2.0',
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.com/%7Btenantid%7D/v2.0',
    'https://login.microsoftonline.com/%63ommon/v2.0',
    'https://login.microsoftonline.com//common/v2.0',
    'https://LOGIN.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com./common/v2.0',
    'https://login.microsoftonline.com/',
    'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
    'https://login.microsoftonline.us/common/v2.0',
    'https://sts.windows.net/common/',
    'https://login.live.com',
    'https://accounts.google.com',
    'https://appleid.apple.com',
  ])('%s', (issuer) => {
    expect(isSharedIssuer(issuer)).toBe(true);
  });

  test.each([
    'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0',
    'https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0',
    'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/',
    'https://acme.okta.com',
    'https://acme.okta.com/oauth2/default',
    'https://common.acme.example/common/v2.0',
    'https://login.microsoftonline.com.acme.example/common',
    'urn:acme:idp',
  ])('not %s', (issuer) => {
    expect(isSharedIssuer(issuer)).toBe(false);
  });

  test('of Entra only one tenant passes, however the rest of the URL looks', () => {
    const words = fc.constantFrom('common', 'organizations', 'consumers', '{tenantid}', '', '*');
    const rest = fc.constantFrom('', '/', '/v2.0', '/v2.0/', '/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0');
    const host = fc.constantFrom('login.microsoftonline.com', 'sts.windows.net', 'login.microsoftonline.us');
    const letters = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.replaceAll(/./gu, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    );
    fc.assert(
      fc.property(host, words, letters, rest, (name, word, spelled, tail) => {
        const isEmpty = word === '' && tail.startsWith('/72f988bf');
        const shared = isEmpty || isSharedIssuer(`https://${name}/${spelled(word)}${tail}`);
        expect(shared).toBe(true);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
