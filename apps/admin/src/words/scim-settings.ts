export interface SettingWords {
  readonly title: string;
  /** What it decides. */
  readonly what: string;
  readonly choices: Readonly<Record<string, { readonly label: string; readonly what: string }>>;
}

const LICENSES = 'Nobody who has a license is moved by this.';

export const words = {
  enabled: {
    title: 'SCIM',
    what: 'Whether your identity provider may create, change and deactivate people and groups here.',
    choices: {
      true: {
        label: 'On',
        what: 'The base URL and the tokens work. People whom the identity provider brings join no group by default, and what it manages is changed there.',
      },
      false: {
        label: 'Off',
        what: 'Requests are refused with 403. Administrators and sign-in rule; everybody and everything stays as it is, tokens and settings included.',
      },
    },
  },
  providerKind: {
    title: 'SCIM client',
    what: 'Which identity provider sends the requests. Provision from where people sign in, or the two may disagree about who somebody is.',
    choices: {
      OKTA: { label: 'Okta', what: 'An application of Okta with provisioning.' },
      ENTRA: { label: 'Microsoft Entra ID', what: 'The provisioning service of Microsoft Entra ID.' },
      CUSTOM: { label: 'Another client', what: 'Anything else that speaks SCIM 2.0.' },
    },
  },
  allowManualUpdates: {
    title: 'Changes by hand',
    what: 'Whether administrators may invite people, and edit people and groups that the identity provider manages.',
    choices: {
      true: {
        label: 'Allowed',
        what: 'Administrators may. The next write of the identity provider may overwrite what they changed.',
      },
      false: {
        label: 'Refused',
        what: 'The identity provider alone changes what it manages. Permission sets of groups can be granted all the same.',
      },
    },
  },
  manageLicenses: {
    title: 'Manage user licenses with SCIM',
    what: 'Whether the attribute licenseType alone decides the licenses of the people whom the identity provider manages.',
    choices: {
      true: {
        label: 'The attribute alone decides',
        what: 'SSO license mappings are ignored for everybody, and licenses of managed people cannot be chosen by hand.',
      },
      false: {
        label: 'The attribute comes first',
        what: 'Where the identity provider sends no licenseType, an SSO license mapping decides, then an administrator’s choice, then what is held already.',
      },
    },
  },
  defaultLicenseType: {
    title: 'Default license',
    what: `Which license a new person gets for whom nothing else decides. ${LICENSES}`,
    choices: {
      DEVELOPER: { label: 'Developer', what: 'New people get a developer license.' },
      ANALYST: { label: 'Analyst', what: 'Only for accounts that were given analyst seats.' },
      IT: { label: 'IT', what: 'New people get an IT license.' },
      READ_ONLY: { label: 'Read-only', what: 'New people can look, until somebody gives them more.' },
    },
  },
  unlicensedMembers: {
    title: 'Invited people in groups',
    what: 'What happens when the identity provider adds somebody to a group who has not accepted their invitation yet.',
    choices: {
      HOLD: {
        label: 'Hold the membership',
        what: 'The request succeeds. The membership takes effect when the person becomes active.',
      },
      REJECT: {
        label: 'Refuse the request',
        what: 'The whole group write fails with “All users must have licenses on the account”.',
      },
    },
  },
  userNamePolicy: {
    title: 'User names',
    what: 'What the identity provider may send as userName.',
    choices: {
      EMAIL: {
        label: 'The work e-mail address',
        what: 'userName and the work e-mail have to be the same address. A mapping that mixes them up is noticed at once.',
      },
      ANY: {
        label: 'Any text',
        what: 'For clients whose user names are no addresses. E-mails are optional; somebody without one is active at once.',
      },
    },
  },
  unprovisionedSignIn: {
    title: 'Sign-in without provisioning',
    what: 'Whether somebody whom nobody provisioned becomes a user by signing in. While SCIM is off, everybody does.',
    choices: {
      true: { label: 'Allowed', what: 'Whoever the sign-on provider lets in becomes a user of the account.' },
      false: {
        label: 'Refused',
        what: 'Only people who are there already come in. Advised, once the identity provider brings everybody.',
      },
    },
  },
  dialects: {
    title: 'Dialects',
    what: 'How requests are read that do not keep to the letter of the standard.',
    choices: {
      LENIENT: {
        label: 'Lenient',
        what: 'What Okta, Entra and others are known to send is understood; the provisioning log names each leniency.',
      },
      STRICT: { label: 'Strict', what: 'Each deviation is refused with 400, in words that name it.' },
    },
  },
  cursorPagination: {
    title: 'Cursors',
    what: 'Whether clients are told that lists can be paged by cursor (RFC 9865). Cursors work either way.',
    choices: {
      true: {
        label: 'Announced',
        what: 'For every client that reads ServiceProviderConfig by the standard.',
      },
      false: {
        label: 'Not announced',
        what: 'For clients that stumble over what they do not know, such as old versions of UnboundID’s SDK.',
      },
    },
  },
} as const satisfies Record<string, SettingWords>;
