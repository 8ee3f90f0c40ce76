import type { CreateAccountInput } from '@rollcall/domain/accounts/create-account';

export type DemoDirectory = {
  readonly sso: 'okta' | 'entra';
  readonly account: CreateAccountInput;
  /** In the account before any identity provider has written to it. */
  readonly people: readonly { userName: string; givenName: string; familyName: string }[];
};

export const DEMO_DIRECTORIES: readonly DemoDirectory[] = [
  {
    sso: 'okta',
    account: {
      slug: 'acme-okta',
      name: 'Acme (Okta)',
      ssoProviderKind: 'okta',
      verifiedDomains: ['acme.example'],
      owner: { email: 'ada.lindqvist@acme.example', givenName: 'Ada', familyName: 'Lindqvist' },
      enableScim: true,
    },
    people: [
      { userName: 'bruno.costa@acme.example', givenName: 'Bruno', familyName: 'Costa' },
      { userName: 'chloe.nguyen@acme.example', givenName: 'Chloé', familyName: 'Nguyễn' },
      { userName: 'deniz.yilmaz@acme.example', givenName: 'Deniz', familyName: 'Yılmaz' },
    ],
  },
  {
    sso: 'entra',
    account: {
      slug: 'globex-entra',
      name: 'Globex (Microsoft Entra ID)',
      ssoProviderKind: 'entra',
      verifiedDomains: ['globex.example'],
      owner: { email: 'grace.okafor@globex.example', givenName: 'Grace', familyName: 'Okafor' },
      enableScim: true,
    },
    people: [
      { userName: 'hiro.tanaka@globex.example', givenName: 'Hiro', familyName: 'Tanaka' },
      { userName: 'ines.carvalho@globex.example', givenName: 'Inês', familyName: 'Carvalho' },
      { userName: 'jonas.weber@globex.example', givenName: 'Jonas', familyName: 'Weber' },
    ],
  },
];
