/** What the steps of a guide are told with: values of this account. */
export interface GuideValues {
  readonly baseUrl: string;
  readonly redirectUri: string;
  readonly samlAcsUrl: string;
  readonly samlEntityId: string;
  /** Where people of this account begin to sign in. */
  readonly signInUrl: string;
}

export interface GuideRow {
  readonly field: string;
  readonly value: string;
  /** To be entered as it is. */
  readonly isCopied?: boolean;
  readonly note?: string;
}

/** One step. Names of another product’s screens stand between two pairs of asterisks. */
export interface GuideStep {
  readonly title: string;
  readonly isOptional?: boolean;
  readonly text?: readonly string[];
  readonly rows?: readonly GuideRow[];
  readonly after?: readonly string[];
  /** What the page itself offers at this step. */
  readonly part?: 'token' | 'check' | 'signOn' | 'licenses';
}

export const LICENSE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
export const LICENSE_VALUES = 'developer, analyst, it, read_only';

export const words = {
  title: 'Set-up guides',
  purpose:
    'Step by step from nothing to people who arrive by themselves, with this account’s own values filled in.',
  choose: 'Which identity provider do you have?',
  clients: {
    okta: {
      name: 'Okta',
      title: 'Set up Okta',
      what: 'One SAML application for both, or one for signing in and one for provisioning.',
    },
    entra: {
      name: 'Microsoft Entra ID',
      title: 'Set up Microsoft Entra ID',
      what: 'An enterprise application with its provisioning service.',
    },
    other: {
      name: 'Another SCIM 2.0 client',
      title: 'Set up another SCIM client',
      what: 'Anything that speaks SCIM 2.0: a product, a library, a script.',
    },
  },
  all: 'All guides',
  open: 'Open the guide',
  guidePurpose:
    'Names in bold are those of the other product’s screens, which are renamed now and then. About ten minutes.',
  step: (number: number, title: string) => `${number}. ${title}`,
  optional: 'Optional',
  checklist: {
    title: 'What this account has',
    scimOn: 'SCIM is on',
    scimOff: 'SCIM is off: requests are refused',
    turnOn: 'Turn it on',
    signOn: (kind: string) => `Sign-on provider: ${kind}`,
    noSignOn: 'No sign-on provider is connected, which SCIM needs',
    connect: 'Connect one',
    domains: (names: string) => `Verified domains: ${names}`,
    noDomains: 'No verified domain: new people are invited by mail instead of being active at once',
    verify: 'Verify a domain',
    token: (amount: number) => (amount === 1 ? 'One token is in force' : `${amount} tokens are in force`),
    noToken: 'No token is in force yet: step “connect” makes one',
    https: 'Your identity provider reaches the base URL by https',
    noHttps:
      'The base URL is not https. Okta and Entra call only https addresses with a public certificate: the operator of this installation sets the public URL',
    done: 'Done',
    open: 'To do',
  },
  token: {
    make: 'Make a token for it',
    help: 'The value is shown once: have the field of the other screen open.',
    notAllowed: 'Account admins make tokens. Ask one for it.',
  },
  check: {
    waiting: 'Waiting for the first request…',
    waitingHelp: 'This looks every few seconds. Press the test button over there.',
    received: 'Requests arrive',
    last: 'The last one',
    answered: (status: number) => `answered with ${status}`,
    refused: 'The last request was refused',
    toEvent: 'See the request',
    rejected: (amount: number, address: string) =>
      `${amount === 1 ? 'One request' : `${amount.toLocaleString('en')} requests`} without a valid token came from ${address} lately. The token was mistyped, or belongs to another account: enter it again.`,
    noRight: 'Whether requests arrive is shown to those who may read the logs.',
  },
  signOn: {
    text: 'Then tell Rollcall what your provider says about itself (“SAML, by metadata”):',
    link: 'Sign-on provider',
  },
  licenses: {
    text: 'When the right values arrive, let the attribute alone decide:',
    link: 'Manage user licenses with SCIM',
  },
  end: {
    title: 'If something is refused',
    text: 'Every request is in the provisioning log, with what was sent, why it was refused, and what to do about it.',
    link: 'Provisioning log',
  },
  answers: [
    {
      answer: '401',
      meaning:
        'Base URL and token do not belong together, or the token was mistyped, revoked or has expired.',
      todo: 'Make a new token and enter it.',
    },
    {
      answer: '403 “SCIM provisioning is turned off”',
      meaning: 'The token is right, and SCIM is off.',
      todo: 'Turn SCIM on.',
    },
    {
      answer: '400 “userName must be an e-mail address”',
      meaning: 'The user name is a login, a number or an id.',
      todo: 'Okta: Application username format: Email. Entra: map userName to userPrincipalName or mail.',
    },
    {
      answer: '400 “userName and the work e-mail must be the same address”',
      meaning: 'The two come from different attributes.',
      todo: 'Map both to the same attribute.',
    },
    {
      answer: '400 “licenseType must be one of”',
      meaning: 'An unknown value, or another spelling.',
      todo: `Send one of ${LICENSE_VALUES}.`,
    },
    {
      answer: '400 “There is no free … license”',
      meaning: 'All seats of the type are taken.',
      todo: 'Free a seat, send another type, or ask for more.',
    },
    {
      answer: '409 uniqueness',
      meaning:
        'Somebody, or a group, has the name already. Owner, Member and Everyone are the account’s own.',
      todo: 'Look up who has it; link the group or rename it.',
    },
  ],
} as const;
