import type { CreateAccountInput } from '@rollcall/domain/accounts/create-account';

export type DemoPerson = {
  /** In the directory: the subject of the person's tokens. */
  readonly id: string;
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  /** In the directory; Rollcall hears of them when the person signs in. */
  readonly groups: readonly string[];
};

export type DemoDirectory = {
  readonly sso: 'okta' | 'entra';
  readonly account: CreateAccountInput;
  /** The account's first administrator. */
  readonly owner: DemoPerson;
  /** In the account before any identity provider has written to it. */
  readonly people: readonly DemoPerson[];
  /** Whom the account does not have until they sign in, or are provisioned. */
  readonly strangers: readonly DemoPerson[];
};

const DEVELOPERS = 'Rollcall developers';
const READERS = 'Rollcall readers';

export const DEMO_DIRECTORIES: readonly DemoDirectory[] = [
  {
    sso: 'okta',
    account: {
      slug: 'acme-okta',
      name: 'Acme (Okta)',
      ssoProviderKind: 'okta',
      verifiedDomains: ['acme.example'],
      enableScim: true,
    },
    owner: person('acme.example', 'Ada', 'Lindqvist', ['Everyone at Acme', 'IT operations', DEVELOPERS]),
    people: [
      person('acme.example', 'Bruno', 'Costa', ['Everyone at Acme', 'Data platform', DEVELOPERS]),
      person('acme.example', 'Chloé', 'Nguyễn', ['Everyone at Acme', 'Finance', READERS]),
      person('acme.example', 'Deniz', 'Yılmaz', ['Everyone at Acme']),
    ],
    strangers: [person('acme.example', 'Elif', 'Aydin', ['Everyone at Acme', 'Finance', READERS])],
  },
  {
    sso: 'entra',
    account: {
      slug: 'globex-entra',
      name: 'Globex (Microsoft Entra ID)',
      ssoProviderKind: 'entra',
      verifiedDomains: ['globex.example'],
      enableScim: true,
    },
    owner: person('globex.example', 'Grace', 'Okafor', ['All employees', 'Identity team', DEVELOPERS]),
    people: [
      person('globex.example', 'Hiro', 'Tanaka', ['All employees', 'Analytics', DEVELOPERS]),
      person('globex.example', 'Inês', 'Carvalho', ['All employees', 'Sales', READERS]),
      person('globex.example', 'Jonas', 'Weber', ['All employees']),
    ],
    strangers: [person('globex.example', 'Kavya', 'Rao', ['All employees', 'Sales', READERS])],
  },
];

function person(
  domain: string,
  givenName: string,
  familyName: string,
  groups: readonly string[],
): DemoPerson {
  const id = `${givenName}.${familyName}`
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase();
  return { id, userName: `${id}@${domain}`, givenName, familyName, groups };
}
